(ns sallyport.chaos.nemesis
  "Faults by name. Each is {:strike (fn [rng status] -> value) :heal (fn [value])}: strike does harm
  and says to whom, heal undoes it. At most one fault at a time, with quiet between, so that what a
  connection is promised to survive (the death of R-1 of its holders) is what happens to it."
  (:require [sallyport.chaos.history :as history]
            [sallyport.chaos.lab :as lab])
  (:import (java.util Random)))

(defn- one-of [^Random rng things]
  (nth things (.nextInt rng (count things))))

(defn- killing [lab role]
  {:strike (fn [rng status]
             (let [victim (one-of rng (lab/names-of status role))]
               (lab/command! lab "kill" victim)
               victim))
   :heal (fn [victim] (lab/command! lab "restart" victim))})

(defn- pausing [lab role]
  {:strike (fn [rng status]
             (let [victim (one-of rng (lab/names-of status role))]
               (lab/command! lab "pause" victim)
               victim))
   :heal (fn [victim] (lab/command! lab "resume" victim))})

(defn- cutting [lab role other]
  {:strike (fn [rng status]
             (let [one (one-of rng (lab/names-of status role))
                   two (one-of rng (remove #{one} (lab/names-of status other)))]
               (lab/command! lab "cut" one "--from" two)
               [one two]))
   :heal (fn [_] (lab/command! lab "heal"))})

(defn faults
  "All faults of a lab, by name."
  [lab]
  {"kill-gateway" (killing lab "GATEWAY")
   "kill-store" (killing lab "STORE")
   "pause-gateway" (pausing lab "GATEWAY")
   "cut-gateway-store" (cutting lab "GATEWAY" "STORE")
   "cut-gateways" (cutting lab "GATEWAY" "GATEWAY")})

(defn strike-until!
  "Strikes with the named faults, each in turn and then at random, until `until` (nanoTime): quiet,
  harm, heal, quiet. Deeds are :info operations of process :nemesis."
  [{:keys [lab names recorder seed until harm-ms quiet-ms status]}]
  (let [rng (Random. seed)
        known (faults lab)
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
