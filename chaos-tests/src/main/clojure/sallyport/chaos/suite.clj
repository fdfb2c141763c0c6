(ns sallyport.chaos.suite
  "Workloads and faults by chance, one run after the other in one lab, until the time is up: each
  workload once, in an order by chance, then any. All chance comes from one seed, so the same seed
  plans the same runs; how many of them fit into the time is the machine's affair."
  (:require [sallyport.chaos.report :as report]
            [sallyport.chaos.run :as run]
            [sallyport.chaos.workloads :as workloads])
  (:import (java.util ArrayList Collection Collections Random)))

(defn- shuffled [^Random rng things]
  (let [all (ArrayList. ^Collection things)]
    (Collections/shuffle all rng)
    (vec all)))

(defn runs
  "Which runs a seed plans, without end: {:workload :faults :seconds :seed}."
  [seed]
  (let [rng (Random. seed)
        planned (fn [{:keys [faults may] :as workload}]
                  (let [some-of (take (inc (.nextInt rng 3)) (shuffled rng (concat faults may)))]
                    {:workload workload
                     :faults (vec (remove #(workloads/refusal workload [%]) some-of))
                     :seconds (+ 45 (.nextInt rng 76))
                     :seed (bit-and (.nextLong rng) 0xffffffffff)}))
        any (fn any [] (lazy-seq (cons (planned (nth workloads/all (.nextInt rng (count workloads/all))))
                                       (any))))]
    (concat (mapv planned (shuffled rng workloads/all)) (any))))

(defn suite!
  "Runs until `minutes` have passed; answers the verdicts."
  [lab {:keys [minutes seed directory]}]
  (let [end (+ (System/nanoTime) (long (* 60e9 (double minutes))))]
    (println (str "suite: seed " seed ", " minutes " minutes"))
    (loop [[{:keys [workload] :as next} & rest] (runs seed) done []]
      (if (or (empty? done)
              (< (+ (System/nanoTime) (long (* 1e9 (double (:seconds next))))) end))
        (let [verdict (try
                        (run/judged! lab workload (assoc next :directory directory))
                        (catch Exception e
                          {:workload (:name workload) :seed (:seed next) :faults (:faults next)
                           :valid? false :error (ex-message e)}))]
          (if (:error verdict) (println (report/line verdict)) (report/verdict! verdict))
          (recur rest (conj done verdict)))
        (do (println (str "suite: seed " seed))
            (run! #(println (report/line %)) done)
            (println (format "%d runs, %d valid" (count done) (count (filter :valid? done))))
            done)))))
