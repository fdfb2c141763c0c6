(ns sallyport.chaos.run
  "One run of a workload in a lab that is up: load under faults, heal, judge."
  (:require [clojure.java.io :as io]
            [clojure.string :as string]
            [sallyport.chaos.checker :as checker]
            [sallyport.chaos.client :as client]
            [sallyport.chaos.history :as history]
            [sallyport.chaos.lab :as lab]
            [sallyport.chaos.load :as load]
            [sallyport.chaos.nemesis :as nemesis]
            [sallyport.chaos.wire :as wire]))

(defn- public?
  "Pool and servers of the lab; everything else is an inside or underlay address."
  [address]
  (boolean (some #(string/starts-with? address %)
                 ["203.0.113." "198.51.100." "2001:db8:eee:" "2001:db8:51:"])))

(def ^:private full-ms
  "A run of this length must reach the whole of what `least` is asked for."
  40000)

(defn- figures [ops packets sniffer strikes]
  {:strikes (mapv (fn [{:keys [name choices]}] [name choices]) strikes)
   :operations (into {} (for [[f all] (group-by :f (remove #(= :nemesis (:process %)) ops))]
                          [f (dissoc (frequencies (map :type all)) :invoke)]))
   :words-ms (checker/silence ops)
   :packets (count packets)
   :packets-missed (wire/missed sniffer)})

(defn- work! [{:keys [crew]} run]
  (run! deref (mapv #(future (%)) (crew run))))

(defn- struck-and-worked!
  "The nemesis' plan beside the crew's work; an error of either ends both."
  [workload {:keys [until] :as run} plan]
  (let [striking (future (try
                           (if plan (nemesis/strike-until! run plan) [])
                           (catch Throwable e
                             (reset! until 0)
                             (throw e))))]
    (try
      (work! workload run)
      @striking
      (finally
        (reset! until 0)
        (deref striking 120000 nil)))))

(defn plan-of
  "What a run's nemesis will do: a function of workload, faults, seed and length."
  [{:keys [harm-ms quiet-ms]} faults hosts seed run-ms]
  (when (seq faults)
    (nemesis/plan {:names faults :hosts hosts :seed seed :quiet-ms quiet-ms
                   :harm-ms (if (fn? harm-ms) (harm-ms run-ms) harm-ms)})))

(defn judged!
  "Runs a workload and answers its verdict: named checks, :valid?, :figures, :place."
  [lab {:keys [name check setup finish teardown] :as workload} {:keys [faults seconds seed directory untimed?]}]
  (let [status (lab/status lab)
        server (first (lab/names-of status "SERVER"))
        place (doto (io/file directory (str name "-" seed)) (.mkdirs))
        file (fn [n] (str (io/file place n)))
        run-ms (long (* 1000 (double seconds)))
        plan (plan-of workload faults (nemesis/hosts status) seed run-ms)
        recorder (history/recorder)
        sniffer (wire/sniff-server! status server load/port (file "packets.txt"))
        hands (mapv #(client/open-hands! status % (file (str % ".log"))) (lab/names-of status "CLIENT"))
        base {:lab lab :status status :server server :recorder recorder :seed seed :file file
              :hands hands :to (lab/ends-of status server load/port)}
        world (atom nil)]
    (try
      (when setup (reset! world (setup base)))
      (let [run (assoc base :world @world
                       :until (atom (+ (System/nanoTime) (* 1000000 run-ms))))
            strikes (struck-and-worked! workload run plan)
            seen (when finish (finish run @world))
            ops (history/history recorder)
            packets (wire/stop! sniffer)
            least (fn [n] (max 1 (quot (* (long n) (min run-ms (long full-ms))) (long full-ms))))]
        (history/write! (file "history.edn") ops)
        (assoc (checker/all
                (assoc (check {:history ops :packets packets :public? public? :seen seen :least least
                                      :untimed? untimed?})
                       :settled (checker/settled ops)
                       :endings (checker/ended-by-itself ops nemesis/takes)
                       :struck (checker/struck faults strikes)))
               :workload name :seed seed :faults faults :place (str place)
               :figures (figures ops packets sniffer strikes)))
      (finally
        (run! client/close-hands! hands)
        (wire/cancel! sniffer)
        (lab/command! lab "heal")
        (when @world
          (when teardown (teardown base @world)))))))
