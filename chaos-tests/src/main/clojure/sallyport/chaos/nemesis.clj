(ns sallyport.chaos.nemesis
  "Faults by name. Each is {:strike (fn [rng status] -> value) :heal (fn [value])}: strike does harm
  and says to whom, heal undoes it. At most one fault at a time, with quiet between, so that what a
  connection is promised to survive (the death of R-1 of its holders) is what happens to it."
  (:require [sallyport.chaos.history :as history]
            [sallyport.chaos.lab :as lab])
  (:import (java.util Random)))

(defn- one-of [^Random rng things]
  (nth things (.nextInt rng (count things))))

(defn- killing [id role]
  {:strike (fn [rng status]
             (let [victim (one-of rng (lab/names-of status role))]
               (lab/command! id "kill" victim)
               victim))
   :heal (fn [victim] (lab/command! id "restart" victim))})

(defn- pausing [id role]
  {:strike (fn [rng status]
             (let [victim (one-of rng (lab/names-of status role))]
               (lab/command! id "pause" victim)
               victim))
   :heal (fn [victim] (lab/command! id "resume" victim))})

(defn- cutting [id role other]
  {:strike (fn [rng status]
             (let [one (one-of rng (lab/names-of status role))
                   two (one-of rng (remove #{one} (lab/names-of status other)))]
               (lab/command! id "cut" one "--from" two)
               [one two]))
   :heal (fn [_] (lab/command! id "heal"))})

(defn faults
  "All faults of a lab, by name."
  [id]
  {"kill-gateway" (killing id "GATEWAY")
   "kill-store" (killing id "STORE")
   "pause-gateway" (pausing id "GATEWAY")
   "cut-gateway-store" (cutting id "GATEWAY" "STORE")
   "cut-gateways" (cutting id "GATEWAY" "GATEWAY")})

(defn run!
  "Strikes with the named faults, each in turn and then at random, until `until` (nanoTime): quiet,
  harm, heal, quiet. Deeds are :info operations of process :nemesis."
  [{:keys [id names recorder seed until harm-ms quiet-ms status]}]
  (let [rng (Random. seed)
        known (faults id)
        left? (fn [ms] (< (+ (System/nanoTime) (* 1000000 (long ms))) (long until)))]
    (loop [order (concat names (repeatedly #(one-of rng names)))]
      (Thread/sleep (long quiet-ms))
      (when (left? (+ harm-ms quiet-ms))
        (let [fault (first order)
              {:keys [strike heal]} (known fault)
              value (strike rng status)]
          (history/record! recorder {:process :nemesis :type :info :f fault :value value})
          (Thread/sleep (long harm-ms))
          (heal value)
          (history/record! recorder {:process :nemesis :type :info :f (str "heal-" fault) :value value})
          (recur (rest order)))))))
