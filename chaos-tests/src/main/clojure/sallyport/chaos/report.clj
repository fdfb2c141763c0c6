(ns sallyport.chaos.report
  "Verdicts in words."
  (:require [clojure.java.io :as io]
            [clojure.pprint :as pprint]
            [clojure.string :as string]
            [sallyport.chaos.nemesis :as nemesis]
            [sallyport.chaos.workloads :as workloads]))

(defn- checks [verdict]
  (filter (fn [[_ v]] (and (map? v) (contains? v :valid?))) verdict))

(defn verdict!
  "Prints a verdict, and writes it beside its history."
  [{:keys [workload seed valid? place faults figures] :as verdict}]
  (println (str workload ": " (if valid? "valid" "INVALID") ", seed " seed
                ", faults " (if (seq faults) (string/join "," faults) "none")))
  (doseq [[name {:keys [valid?] :as check}] (sort-by key (checks verdict))]
    (println (format "  %-10s %-8s %s" (clojure.core/name name) (if valid? "valid" "INVALID")
                     (pr-str (into {} (remove (fn [[k v]] (or (= :valid? k) (and (coll? v) (empty? v)))))
                                   check)))))
  (doseq [[name figure] (sort-by key figures)]
    (println (format "  %-19s %s" (clojure.core/name name) (pr-str figure))))
  (println (str "  history " place "/history.edn"))
  (with-open [out (io/writer (io/file place "verdict.edn"))]
    (pprint/pprint verdict out))
  (flush))

(defn catalog! []
  (println "workloads (default faults first, then what else suits them):")
  (doseq [{:keys [name promise faults may]} workloads/all]
    (println (str "  " name ": " promise))
    (println (str "      " (string/join ", " faults)))
    (println (str "      " (string/join ", " may))))
  (println "faults (any may be named; NAME+NAME strike together):")
  (doseq [[name {:keys [harms takes]}] (sort-by key nemesis/faults)]
    (println (format "  %-26s %s%s" name harms
                     (if (pos? (long takes)) (str " (takes " takes ")") "")))))

(defn line
  "One run in one line of a suite's end."
  [{:keys [workload seed faults valid? figures error]}]
  (format "  %-22s %-8s seed %-14d %2d strikes  %s%s" workload
          (cond error "ERROR" valid? "valid" :else "INVALID")
          seed (count (:strikes figures)) (string/join "," faults) (if error (str "  " error) "")))
