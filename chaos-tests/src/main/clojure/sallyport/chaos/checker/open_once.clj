(ns sallyport.chaos.checker.open-once
  "A4: one inside tuple has one outside end, however many nodes meet it at the same moment.

  How.
    1. Each inside tuple (an id) is used for some seconds only, by bursts of one datagram through
       several nodes at once, so nothing about it falls idle.
    2. Whatever the server hears of one id must come from one outside end. Two are a *twin*.
    3. ALLOCATION.md promises that among nodes of one epoch; while nodes that live do not see each
       other, two epochs may act. A twin whose two ends were first heard while such a fault lasted,
       or within `rest-s` after it, is counted as parted and not as a violation.
    4. Two ids that are heard in turn (a, b, a) from one outside end are a violation of A1, at any
       time.
  Blind spots: datagrams of which nothing arrives (their mapping is not seen); TCP, whose openings
  the other workloads try one at a time; a twin under a parting fault that is not the fault's doing;
  how many nodes a burst really met, which is the router's hash's choice (16 outer ports).")

(def rest-s 5)

(defn- heard [history]
  (filter #(= :heard (:f %)) history))

(defn- first-heard
  "{id {outside time}}: when each end of an id was heard first."
  [ops]
  (reduce (fn [seen {:keys [value time]}]
            (update-in seen [(:id value) (:outside value)] #(or % time)))
          {} ops))

(defn- in-turn
  "Outside ends at which an id was heard again after another id."
  [ops]
  (:found
   (reduce (fn [{:keys [last left] :as state} {{:keys [id outside]} :value}]
             (let [before (get last outside)]
               (cond
                 (or (nil? before) (= before id)) (assoc-in state [:last outside] id)
                 (contains? (get left outside) id)
                 (-> state
                     (update :found conj {:outside outside :ids [before id]})
                     (assoc-in [:last outside] id))
                 :else (-> state
                           (update-in [:left outside] (fnil conj #{}) before)
                           (assoc-in [:last outside] id)))))
           {:last {} :left {} :found []} ops)))

(defn check
  "partings: strikes {:from :to} during which nodes did not see each other."
  [history partings at-least]
  (let [ops (heard history)
        ends (first-heard ops)
        parted? (fn [time]
                  (some (fn [{:keys [from to]}]
                          (and (<= (long from) (long time))
                               (or (= to Long/MAX_VALUE)
                                   (<= (long time) (+ (long to) (* 1000000000 (long rest-s)))))))
                        partings))
        twins (for [[id by-end] ends :when (> (count by-end) 1)] {:id id :ends by-end})
        excused (filter (fn [{:keys [ends]}] (parted? (apply max (vals ends)))) twins)
        bad (remove (set excused) twins)
        shared (in-turn ops)]
    {:valid? (and (empty? bad) (empty? shared) (>= (count ends) (long at-least)))
     :tuples (count ends)
     :datagrams (count ops)
     :asked (count (distinct (map #(get-in % [:value :id]) (filter #(= :burst (:f %)) history))))
     :twins (vec (take 10 bad))
     :twins-while-parted (count excused)
     :shared-ends (vec (take 10 shared))}))
