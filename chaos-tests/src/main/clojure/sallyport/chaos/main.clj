(ns sallyport.chaos.main
  "Runs a workload against a lab that is up:
  clojure.main -m sallyport.chaos.main --workload unique-ports --seconds 60 --seed 7 --id 0"
  (:require [clojure.java.io :as io]
            [clojure.pprint :as pprint]
            [clojure.string :as string]
            [clojure.tools.cli :as cli]
            [sallyport.chaos.client :as client]
            [sallyport.chaos.history :as history]
            [sallyport.chaos.lab :as lab]
            [sallyport.chaos.nemesis :as nemesis]
            [sallyport.chaos.wire :as wire]
            [sallyport.chaos.workload.surviving-connections :as surviving-connections]
            [sallyport.chaos.workload.unique-ports :as unique-ports])
  (:gen-class))

(def workloads
  (into {} (map (juxt :name identity))
        [unique-ports/workload surviving-connections/workload]))

(def options
  [[nil "--workload NAME" (str "one of " (string/join ", " (sort (keys workloads))))
    :validate [workloads (str "allowed: " (string/join ", " (sort (keys workloads))))]]
   [nil "--faults NAMES" "comma list; default: the workload's own; none for none"]
   [nil "--seconds N" "how long" :default 45 :parse-fn parse-long :validate [pos-int? "a positive number"]]
   [nil "--seed N" "of all chance in the harness" :default (System/currentTimeMillis) :parse-fn parse-long]
   [nil "--id ID" "which lab" :default "0"]
   [nil "--lab-directory DIR" "its files, if not where they are by default"]
   [nil "--directory DIR" "where history and packets go" :default "target/chaos"]
   ["-h" "--help"]])

(defn- public?
  "Pool and servers of the lab; everything else is an inside or underlay address."
  [address]
  (boolean (some #(string/starts-with? address %)
                 ["203.0.113." "198.51.100." "2001:db8:eee:" "2001:db8:51:"])))

(defn- work! [{:keys [worker workers-per-client]} run hands seed]
  (let [threads (for [[h hand] (map-indexed vector hands)
                      w (range workers-per-client)
                      :let [process (+ (* h (long workers-per-client)) w)]]
                  (future (worker run hand process (+ (long seed) process))))]
    (run! deref (doall threads))))

(defn run-workload
  "Load under faults, then heal, then judge; returns the verdict."
  [{:keys [workload faults seconds seed id lab-directory directory]}]
  (let [{:keys [name port check harm-ms quiet-ms] :as chosen} (workloads workload)
        names (case faults nil (:faults chosen) "none" [] (string/split faults #","))
        lab {:id id :directory lab-directory}
        status (lab/status lab)
        server (first (lab/names-of status "SERVER"))
        place (doto (io/file directory (str name "-" seed)) (.mkdirs))
        file (fn [n] (str (io/file place n)))
        recorder (history/recorder)
        sniffer (wire/sniff! status server port (file "packets.txt"))
        until (+ (System/nanoTime) (* 1000000000 (long seconds)))
        hands (mapv #(client/open-hands! status % (file (str % ".log"))) (lab/names-of status "CLIENT"))
        run {:recorder recorder :until until :to (str (lab/address-of status server) ":" port)}
        striking (future
                   (when (seq names)
                     (nemesis/strike-until! {:lab lab :names names :recorder recorder :seed seed :until until
                                    :harm-ms harm-ms :quiet-ms quiet-ms :status status})))]
    (try
      (work! chosen run hands seed)
      @striking
      (let [ops (history/history recorder)
            packets (wire/stop! sniffer)]
        (history/write! (file "history.edn") ops)
        (assoc (check ops packets public?)
               :workload name :seed seed :faults names
               :strikes (count (filter #(= :nemesis (:process %)) ops))
               :directory (str place)))
      (finally
        (run! client/close-hands! hands)
        (.destroyForcibly ^Process (:process sniffer))
        (lab/command! lab "heal")))))

(defn -main [& args]
  (let [{:keys [options errors summary]} (cli/parse-opts args options)]
    (cond
      (:help options) (println summary)
      (or (seq errors) (nil? (:workload options)))
      (do (binding [*out* *err*]
            (println (string/join "\n" (or (seq errors) ["--workload is missing"])))
            (println summary))
          (System/exit 2))
      :else
      (let [verdict (run-workload options)]
        (pprint/pprint verdict)
        (shutdown-agents)
        (System/exit (if (:valid? verdict) 0 1))))))
