(ns sallyport.chaos.suite
  "Workloads and faults by chance, one run after the other in one lab: each workload once, in an
  order by chance, then any until the time is up. All chance comes from one seed, so the same seed
  and time plan the same runs; how many of them fit into the time is the machine's affair."
  (:require [sallyport.chaos.report :as report]
            [sallyport.chaos.run :as run]
            [sallyport.chaos.workloads :as workloads])
  (:import (java.util ArrayList Collection Collections Random)))

(defn- shuffled [^Random rng things]
  (let [all (ArrayList. ^Collection things)]
    (Collections/shuffle all rng)
    (vec all)))

(def ^:private least-s
  "In less the longest fault would find no room."
  32)

(def ^:private around-s
  "What a run needs beside its load: hands, sniffers, nodes that start again, the verdict."
  20)

(def least-minutes
  "For each workload once."
  (/ (* (count workloads/all) (+ (long least-s) (long around-s))) 60.0))

(defn- most-s
  "How long a run may be where each workload is to have one within so many minutes."
  [minutes]
  (max (long least-s)
       (- (quot (long (* 60 (double minutes))) (count workloads/all)) (long around-s))))

(defn runs
  "Which runs a seed plans, without end: {:workload :faults :seconds :seed}."
  [seed minutes]
  (let [rng (Random. seed)
        most (most-s minutes)
        planned (fn [{:keys [faults may] :as workload}]
                  (let [some-of (take (inc (.nextInt rng 3)) (shuffled rng (concat faults may)))]
                    {:workload workload
                     :faults (vec (remove #(workloads/refusal workload [%]) some-of))
                     :seconds (min most (+ 45 (.nextInt rng 76)))
                     :seed (bit-and (.nextLong rng) 0xffffffffff)}))
        any (fn any [] (lazy-seq (cons (planned (nth workloads/all (.nextInt rng (count workloads/all))))
                                       (any))))]
    (concat (mapv planned (shuffled rng workloads/all)) (any))))

(defn suite!
  "Runs each workload, and more until `minutes` have passed; answers the verdicts."
  [lab {:keys [minutes seed directory untimed?]}]
  (let [end (+ (System/nanoTime) (long (* 60e9 (double minutes))))]
    (println (str "suite: seed " seed ", " minutes " minutes"))
    (loop [[{:keys [workload] :as next} & rest] (runs seed minutes) done []]
      (if (or (< (count done) (count workloads/all))
              (< (+ (System/nanoTime) (long (* 1e9 (double (:seconds next))))) end))
        (let [verdict (try
                        (run/judged! lab workload (assoc next :directory directory :untimed? untimed?))
                        (catch Exception e
                          {:workload (:name workload) :seed (:seed next) :faults (:faults next)
                           :valid? false :error (ex-message e)}))]
          (if (:error verdict) (println (report/line verdict)) (report/verdict! verdict))
          (recur rest (conj done verdict)))
        (do (println (str "suite: seed " seed))
            (run! #(println (report/line %)) done)
            (println (format "%d runs, %d valid" (count done) (count (filter :valid? done))))
            done)))))
