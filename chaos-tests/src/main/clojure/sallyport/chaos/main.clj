(ns sallyport.chaos.main
  "./sallyport chaos run|suite|list."
  (:require [clojure.string :as string]
            [clojure.tools.cli :as cli]
            [sallyport.chaos.lab :as lab]
            [sallyport.chaos.report :as report]
            [sallyport.chaos.run :as run]
            [sallyport.chaos.suite :as suite]
            [sallyport.chaos.workloads :as workloads])
  (:gen-class))

(def ^:private valid 0)
(def ^:private broken 1)
(def ^:private usage 2)
(def ^:private no-verdict 70)

(def options
  [[nil "--workload NAME" (str "one of " (string/join ", " (map :name workloads/all)))
    :validate [workloads/by-name (str "allowed: " (string/join ", " (map :name workloads/all)))]]
   [nil "--faults NAMES" "F[,F...] or F+F; default: the workload's own; none for none"]
   [nil "--minutes M" "how long; a fraction is allowed" :parse-fn parse-double
    :validate [#(and % (pos? (double %))) "a positive number"]]
   [nil "--seed S" "of all chance in the harness; default: by the clock"
    :parse-fn parse-long :validate [some? "a whole number"]]
   [nil "--id ID" "a lab that is up; default: one of its own, which ends with the run"]
   [nil "--lab-directory DIR" "that lab's files, if not where they are by default"]
   [nil "--directory DIR" "where history and packets go" :default "target/chaos"]
   [nil "--untimed" "how long a return takes is a figure, not a verdict: for a box with other work"]
   ["-h" "--help"]])

(def ^:private words
  (string/join "\n"
               ["./sallyport chaos run --workload W [--faults F[,F...]] [--minutes M] [--seed S] [--untimed]"
                "./sallyport chaos suite [--minutes M] [--seed S] [--untimed]"
                "./sallyport chaos list"]))

(defn- faults-of
  "The names that were asked for; a workload's own by default."
  [{:keys [workload faults]}]
  (case faults
    nil (:faults (workloads/by-name workload))
    "none" []
    (string/split faults #",")))

(defn complaint
  "What is wrong with a command line, or nil."
  [command {:keys [workload minutes] :as options}]
  (case command
    "list" nil
    "suite" (cond
              (or workload (:faults options)) "a suite chooses workload and faults itself"
              (and minutes (< (double minutes) (double suite/least-minutes)))
              (format "a suite takes %.0f minutes at the least, for each workload once"
                      (Math/ceil suite/least-minutes)))
    "run" (if workload
            (workloads/refusal (workloads/by-name workload) (faults-of options))
            "--workload is missing")
    (str "no command " command)))

(defn- in-lab
  "Calls `act` with the lab that was named, or with one that lives as long as it."
  [{:keys [id lab-directory]} act]
  (if id
    (let [lab (lab/attach! id lab-directory)]
      (try (act lab) (finally (lab/detach! lab))))
    (let [own (str "c" (mod (.pid (java.lang.ProcessHandle/current)) 10000000))
          lab (lab/attach! own nil)
          down (Thread. ^Runnable #(let [last-lab (lab/attach! own nil)]
                                     (lab/command! last-lab "down")
                                     (lab/detach! last-lab)))]
      (.addShutdownHook (Runtime/getRuntime) down)
      (println (str "lab " own ": 3 stores, 3 gateway nodes"))
      (lab/command! lab "up")
      (try (act lab) (finally (lab/detach! lab))))))

(defn- obey [command {:keys [workload minutes seed directory untimed] :as options}]
  (let [seed (or seed (System/currentTimeMillis))]
    (case command
      "list" (do (report/catalog!) valid)
      "run" (let [faults (faults-of options)]
              (println (str workload ": seed " seed))
              (in-lab options
                      (fn [lab]
                        (let [verdict (run/judged! lab (workloads/by-name workload)
                                                   {:faults faults :seconds (* 60 (double (or minutes 1)))
                                                    :seed seed :directory directory :untimed? untimed})]
                          (report/verdict! verdict)
                          (if (:valid? verdict) valid broken)))))
      "suite" (in-lab options
                      (fn [lab]
                        (let [verdicts (suite/suite! lab {:minutes (or minutes 30) :seed seed
                                                          :directory directory
                                                          :untimed? untimed})]
                          (cond
                            (some #(and (not (:valid? %)) (not (:error %))) verdicts) broken
                            (some :error verdicts) no-verdict
                            :else valid)))))))

(defn -main [& args]
  (let [{:keys [options arguments errors summary]} (cli/parse-opts args options)
        command (or (first arguments) "")
        wrong (or (seq errors) (when-not (:help options)
                                 (some-> (complaint command options) list)))]
    (System/exit
     (cond
       (:help options) (do (println words) (println summary) valid)
       wrong (do (binding [*out* *err*] (println (string/join "\n" wrong)) (println words))
                 usage)
       :else (try
               (obey command options)
               (catch Exception e
                 (binding [*out* *err*]
                   (println (str "no verdict: " (ex-message e)))
                   (.printStackTrace e))
                 no-verdict))))))
