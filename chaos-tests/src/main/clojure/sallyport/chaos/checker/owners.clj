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
    4. A move that was answered by 200 and was not followed by another within `patience-s` must have
       been heard.
  It never cries without cause. Blind spots: two owners whose packets do not interleave at this one
  server; an old owner who goes on alone behind a 200 is noticed when the new one is heard (3) or
  never is (4); a stray packet of the old owner just when a move back to him is on its way.")

(def patience-s 8)

(defn- moves [history]
  (vec (filter #(and (= :move (:f %)) (= :invoke (:type %))) history)))

(defn- explain
  "Walks over the turns; :wrong are those that no move explains."
  [moves turns]
  (loop [turns turns at -1 wrong [] taken []]
    (if-let [{:keys [time value] :as turn} (first turns)]
      (if-let [found (first (filter (fn [i] (let [move (nth moves i)]
                                              (and (= (get-in move [:value :letter]) (:letter value))
                                                   (<= (long (:time move)) (long time)))))
                                    (range (inc (long at)) (count moves))))]
        (recur (rest turns) (long found) wrong (conj taken [found turn]))
        (recur (rest turns) at (conj wrong turn) taken))
      {:wrong wrong :taken taken})))

(defn check [history at-least]
  (let [asked (moves history)
        turns (filter #(= :turn (:f %)) history)
        {:keys [wrong taken]} (explain asked turns)
        heard (into {} (map (fn [[i turn]] [i (:time turn)])) taken)
        done (into {} (for [op history :when (and (= :move (:f op)) (= :ok (:type op)))]
                        [(get-in op [:value :n]) (:time op)]))
        end (:time (peek history) 0)
        silent (for [[i {:keys [value]}] (map-indexed vector asked)
                     :let [answered (get done (:n value))
                           next-at (get-in asked [(inc i) :time] end)]
                     :when (and answered
                                (> (- (long next-at) (long answered)) (* 1000000000 (long patience-s)))
                                (not (heard i)))]
                 value)
        gaps (sort (for [[i at] heard] (quot (- (long at) (long (:time (nth asked i)))) 1000000)))]
    {:valid? (and (empty? wrong) (empty? silent) (>= (count turns) (long at-least)))
     :moves (count asked)
     :answered (count done)
     :turns (count turns)
     :out-of-turn (vec (take 10 wrong))
     :never-heard (vec (take 10 silent))
     :ms-from-asking-to-hearing (when (seq gaps)
                                  {:p50 (nth gaps (quot (count gaps) 2)) :worst (last gaps)})}))
