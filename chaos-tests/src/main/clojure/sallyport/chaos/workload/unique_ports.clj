(ns sallyport.chaos.workload.unique-ports
  "Many clients open, hold and close connections to one destination. Promise A1: no two live
  connections have one outside end, whatever dies or is cut off meanwhile."
  (:require [sallyport.chaos.checker :as checker]
            [sallyport.chaos.client :as client]
            [sallyport.chaos.history :as history])
  (:import (java.util Random)))

(def port 9003)

(defn- turn!
  "One operation of one worker: opens while it holds few, else closes one at random."
  [{:keys [recorder to]} hands process ^Random rng held next-id]
  (let [close? (or (>= (count held) 12) (and (seq held) (< (.nextDouble rng) 0.35)))]
    (if close?
      (let [id (nth (vec held) (.nextInt rng (count held)))]
        (history/record! recorder {:process process :type :invoke :f :close :value {:id id}})
        (history/record! recorder (merge {:process process :f :close :value {:id id}}
                                         (client/close! hands id)))
        (disj held id))
      (let [id (str process "-" next-id)
            _ (history/record! recorder {:process process :type :invoke :f :open :value {:id id}})
            {:keys [type outside error]} (client/open! hands id to 4000)]
        (history/record! recorder (cond-> {:process process :type type :f :open
                                           :value {:id id :outside outside}}
                                    error (assoc :error error)))
        (if (= type :ok) (conj held id) held)))))

(defn worker! [{:keys [until] :as run} hands process seed]
  (let [rng (Random. seed)]
    (loop [held #{} next-id 0]
      (if (< (System/nanoTime) (long until))
        (let [held (turn! run hands process rng held next-id)]
          (Thread/sleep (long (.nextInt rng 20)))
          (recur held (inc next-id)))
        (doseq [id held]
          (history/record! (:recorder run) {:process process :type :invoke :f :close :value {:id id}})
          (history/record! (:recorder run) (merge {:process process :f :close :value {:id id}}
                                                  (client/close! hands id))))))))

(defn check [history packets public?]
  (checker/all
   {:history (checker/unique-in-history history)
    :wire (checker/unique-on-the-wire packets port)
    :leaks (checker/leaks packets public?)
    :progress (checker/progress history :open 100)}))

(def workload
  {:name "unique-ports"
   :port port
   :workers-per-client 8
   :worker worker!
   :check check
   :faults ["kill-gateway" "kill-store" "cut-gateway-store"]
   :harm-ms 4000
   :quiet-ms 4000})
