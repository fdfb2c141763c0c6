(ns sallyport.chaos.checker.owners
  "An elastic IP that moves has one owner at any moment.

  How.
    1. Each owner's clients say their own letter through it, all the time. The server's ear tells
       whenever the letter is another than the one before: a *turn*.
    2. An asked move to X may take effect at any time from its asking on, once; moves take effect in
       the order in which they were asked, and one that was overtaken may never be heard.
    3. So each turn to X must be explained by a later move to X than the turn before it. The
       earliest such move leaves most room, so taking it is enough; where there is none, a packet
       came from somebody who was owner no more, or not yet.
    4. Where a move was answered by 200 and not followed by another for `patience-s`, the last who
       spoke before that other must be its owner.
  It never cries without cause. Blind spots: two owners whose packets do not interleave at this one
  server; an old owner who goes on alone behind a 200 is noticed when the new one is heard (3) or
  never is (4); a stray packet of the old owner just when a move back to him is on its way.")

(def patience-s 8)

(defn- moves [history]
  (vec (filter #(and (= :move (:f %)) (= :invoke (:type %))) history)))

(defn- out-of-turn
  "Turns that no move explains."
  [moves turns]
  (loop [turns turns at -1 wrong []]
    (if-let [{:keys [time value] :as turn} (first turns)]
      (if-let [found (first (filter (fn [i] (let [move (nth moves i)]
                                              (and (= (get-in move [:value :letter]) (:letter value))
                                                   (<= (long (:time move)) (long time)))))
                                    (range (inc (long at)) (count moves))))]
        (recur (rest turns) (long found) wrong)
        (recur (rest turns) at (conj wrong turn)))
      wrong)))

(defn- spans
  "Each move with the time at which the next was asked, and its answer: {:value :asked :done :next}."
  [history moves]
  (let [done (into {} (for [op history :when (and (= :move (:f op)) (= :ok (:type op)))]
                        [(get-in op [:value :n]) (:time op)]))
        end (:time (peek history) 0)]
    (map (fn [{:keys [value time]} after]
           {:value value :asked time :done (done (:n value)) :next (or after end)})
         moves
         (concat (map :time (rest moves)) [nil]))))

(defn- silent
  "Moves that were answered, and stood for long, and then somebody else spoke."
  [spans turns]
  (for [{:keys [value done next]} spans
        :when (and done (> (- (long next) (long done)) (* 1000000000 (long patience-s))))
        :let [speaks (:value (last (take-while #(<= (long (:time %)) (long next)) turns)))]
        :when (not= (:letter value) (:letter speaks))]
    value))

(defn check [history at-least]
  (let [asked (moves history)
        turns (filterv #(= :turn (:f %)) history)
        wrong (out-of-turn asked turns)
        spans (spans history asked)
        unheard (silent spans turns)
        gaps (sort (keep (fn [{:keys [value asked next]}]
                           (some (fn [turn]
                                   (when (and (= (:letter value) (:letter (:value turn)))
                                              (<= (long asked) (long (:time turn)) (long next)))
                                     (quot (- (long (:time turn)) (long asked)) 1000000)))
                                 turns))
                         spans))]
    {:valid? (and (empty? wrong) (empty? unheard) (>= (count turns) (long at-least)))
     :moves (count asked)
     :answered (count (filter :done spans))
     :turns (count turns)
     :out-of-turn (vec (take 10 wrong))
     :never-heard (vec (take 10 unheard))
     :ms-from-asking-to-hearing (when (seq gaps)
                                  {:p50 (nth gaps (quot (count gaps) 2)) :worst (last gaps)})}))
