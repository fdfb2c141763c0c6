(ns sallyport.chaos.checker.outage
  "All stores are gone: what exists goes on, what is warm goes on, what is cold is refused by name,
  and after their return everything is as before.

  How. The outage is from the kill to the beginning of the stores' restart.
    1. Opens of a destination for which the nodes have ports in hand (`open`) that were asked in the
       outage were :ok, until a gateway node was killed too: its epoch cannot change without a
       store, and connections whose home or gate it was wait for it (a figure). So those that were
       asked in the last `waits-s` before that death or the stores' return, and answered after it,
       are not counted: a SYN that waited in vain is said again after 1 and 3 s.
    2. Opens of destinations never used before (`cold`, a port where nobody listens: the server's
       own refusal shows that one got there) are figures before and in the outage: one that gets
       through harms nobody.
    3. The nodes' count of packets dropped as store_silent grew in the outage if a cold one was
       refused in it: that is the name.
    4. After the stores are back, a cold one gets through within back-s; how long it took is told.
       Where times are no verdict (`--untimed`), one that gets through before the run's end will do.
  Blind spots: ports in hand are used up some time, and the checker does not know when: the load
  must be such that they last (in the lab they do, for a few opens a second that rest a few
  seconds); time is counted from when the stores say that they are ready, so what a store needs to
  start is not in it.")

(def back-s 20)

(def waits-s 5)

(defn- within [from to pairs]
  (filter (fn [{:keys [invoke complete]}]
            (and complete
                 (<= (long from) (long (:time invoke)))
                 (<= (long (:time complete)) (long to))))
          pairs))

(defn- asked
  "Of what was asked between two times all that had to be answered by the later one."
  [from to pairs]
  (filter (fn [{:keys [invoke complete]}]
            (and (<= (long from) (long (:time invoke)))
                 (or (<= (long (:time invoke)) (- (long to) (* 1000000000 (long waits-s))))
                     (and complete (<= (long (:time complete)) (long to))))))
          pairs))

(defn- by-type [pairs] (frequencies (map (comp :type :complete) pairs)))

(defn- named
  "How much the nodes' counts of a reason grew from the last that they told before the outage, or
  the first in it, to the last that they told in it. One that died told no more."
  [history reason from to]
  (let [told (for [{:keys [f time value]} history
                   :when (and (= :drops f) (< (long time) (long to)))
                   [node counts] value
                   :let [n (get counts reason)]
                   :when n]
               [node (long time) (long n)])]
    (reduce + 0 (for [[_ samples] (group-by first told)
                      :let [[before in] (split-with (fn [[_ time]] (<= (long time) (long from))) samples)
                            [_ _ first-n] (or (last before) (first in))]
                      :when (seq in)]
                  (- (long (apply max (map peek in))) (long first-n))))))

(defn check
  "pairs: the history's completions. outages: strikes {:from :to :back}; dead: when a gateway was
  killed as well."
  [history pairs {:keys [from to back]} dead-from untimed?]
  (let [opens (filter #(= :open (:f (:invoke %))) pairs)
        cold (filter #(= :cold (:f (:invoke %))) pairs)
        reached? #(= :ok (:type (:complete %)))
        warm (asked from (min (long to) (long (or dead-from to))) opens)
        warm-later (if dead-from (within dead-from to opens) [])
        cold-in (within from to cold)
        refused (remove reached? cold-in)
        silent (named history "store_silent" from to)
        back-at (first (sort (for [pair cold
                                   :when (and (reached? pair) (> (long (:time (:complete pair))) (long back)))]
                               (:time (:complete pair)))))
        back-ms (when back-at (quot (- (long back-at) (long back)) 1000000))]
    {:valid? (boolean (and (seq warm)
                           (every? reached? warm)
                           (or (empty? refused) (pos? (long silent)))
                           back-ms
                           (or untimed? (<= (long back-ms) (* 1000 (long back-s))))))
     :outage-s (quot (- (long to) (long from)) 1000000000)
     :warm (by-type warm)
     :warm-failed (vec (take 5 (map :complete (remove reached? warm))))
     :warm-after-a-node-died (by-type warm-later)
     :cold-before (by-type (within 0 from cold))
     :cold-in-the-outage {:reached (count (filter reached? cold-in)) :refused (count refused)}
     :dropped-store-silent silent
     :cold-back-after-ms back-ms}))
