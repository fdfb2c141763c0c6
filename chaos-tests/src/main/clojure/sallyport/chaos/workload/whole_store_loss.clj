(ns sallyport.chaos.workload.whole-store-loss
  "All stores are killed for the most part of the run, and a gateway node meanwhile. Promises A5 and
  A6: connections that exist lose nothing, also to the node's death; destinations with ports in hand
  open on; others are refused by a named reason; all is back soon after the stores.

  How: checker/survived for the words, checker.outage for the rest; methods and blind spots are said
  there. Uniqueness is judged as everywhere."
  (:require [sallyport.chaos.checker :as checker]
            [sallyport.chaos.checker.outage :as outage]
            [sallyport.chaos.client :as client]
            [sallyport.chaos.history :as history]
            [sallyport.chaos.lab :as lab]
            [sallyport.chaos.load :as load]
            [sallyport.chaos.nemesis :as nemesis]))

(def ^:private talkers (client/crew 4 load/talk!))
(def ^:private openers (client/crew 2 (load/turn-over {:most 4 :rest-ms 700 :patience-ms 10000}) 1000))

;; A node has as many ports in hand of a destination as its connections so far have made it ask for:
;; as many again as they used, about. Of these each node sees a third.
(def ^:private warm-opens 60)

(defn- warm! [run hands process _seed]
  (dotimes [n warm-opens]
    (let [id (str process "-" n)]
      (when (= :ok (:type (load/open! run hands process id 10000)))
        (load/close! run hands process id)))))

(def ^:private warmers (client/crew 2 warm! 3000))

(defn- setup [run]
  (run! deref (mapv #(future (%)) (warmers run))))

(def first-cold-process 2000)

(def ^:private longer-ms
  "How long a run is put off at the most while nothing cold opens: how soon the run's end comes
  after the stores' return is chance, and no verdict on their return."
  120000)

(defn- knock!
  "Opens destinations that nobody used before: that the server refuses shows that one got there.
  The last one gets there, or none did for `longer-ms` after the run's end."
  [{:keys [recorder status server until] :as run} hands process seed]
  (letfn [(knocked [n]
            (let [port (+ 20000 (mod (+ (* 3333 (- (long process) (long first-cold-process))) n (mod (long seed) 7919)) 10000))
                  to (str (lab/address-of status server) ":" port)]
              (client/recorded! recorder process :cold {:to to}
                                (fn []
                                  (let [id (str process "-" n)
                                        {:keys [type error] :as answer} (client/open! hands id to 2000)]
                                    (cond
                                      (= "Connection-refused" error) {:type :ok}
                                      (= :ok type) (do (client/close! hands id) {:type :ok})
                                      :else answer))))))
          (waits? [] (< (- (System/nanoTime) (long @until)) (* 1000000 (long longer-ms))))]
    (loop [n 0 last nil]
      (when (or (load/going-on? run) (and last (not= :ok last) (waits?)))
        (let [{:keys [type]} (knocked n)]
          (Thread/sleep 300)
          (recur (inc n) type))))))

(def ^:private knockers (client/crew 1 knock! first-cold-process))

(defn- look!
  "What the nodes say that they dropped, now and then."
  [{:keys [recorder status] :as run}]
  (while (load/going-on? run)
    (history/record! recorder {:process :observer :type :info :f :drops
                               :value (into {} (for [node (lab/names-of status "GATEWAY")]
                                                 [node (select-keys (lab/drops status node)
                                                                    ["store_silent" "keepers_silent" "ports_exhausted"])]))})
    (Thread/sleep 1500)))

(defn check [{:keys [history packets public? untimed?]}]
  (let [strikes (checker/strikes history)
        fell (first (filter #(= "kill-stores" (:fault %)) strikes))
        died (first (filter #(and fell (pos? (long (nemesis/takes (:fault %)))) (> (:from %) (:from fell))) strikes))
        back (first (filter #(and (= :nemesis (:process %)) (= "healed kill-stores" (:f %))) history))]
    (cond-> {:survived (checker/survived history)
             :history (checker/unique-in-history history)
             :wire (checker/unique-on-the-wire packets load/port (checker/held-at history))
             :leaks (checker/leaks packets public?)}
      fell (assoc :outage (if back
                            (outage/check history (history/completions history)
                                          (assoc fell :back (:time back)) (:from died) untimed?)
                            {:valid? false :because "the stores did not come back within the run"})))))

(def workload
  {:name "whole-store-loss"
   :promise "without any store what exists and what is warm goes on (A5, A6)"
   :crew (fn [run] (concat (talkers run) (openers run) (knockers run) [#(look! run)]))
   :setup setup
   :check check
   :faults ["kill-stores+kill-gateway"]
   :may ["kill-stores" "kill-stores+box-gone" "kill-stores+pause-gateway"]
   :spares 1
   ;; A node that comes back after its horizon, and the stores, have a fifth of the run for it.
   :harm-ms (fn [run-ms] (quot (* 11 (long run-ms)) 20))
   :quiet-ms 5000})
