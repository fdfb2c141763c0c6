(ns sallyport.chaos.workload.surviving-connections
  "Long TCP connections that say a word there and back all the time, while one gateway node after
  the other is killed with -9 and started again. Promise A5: a connection outlives the death of any
  R-1 of its holders; not one word is lost and nothing is reset. Judged by checker/survived, every
  and no-resets; how long a death silenced them is a figure."
  (:require [sallyport.chaos.checker :as checker]
            [sallyport.chaos.client :as client]
            [sallyport.chaos.load :as load]))

(defn check [{:keys [history packets public?]}]
  {:survived (checker/survived history)
   :opened (checker/progress history :open 1)
   :every-open (checker/every history #{:open})
   :resets (checker/no-resets history packets)
   :leaks (checker/leaks packets public?)})

(def workload
  {:name "surviving-connections"
   :promise "a connection outlives R-1 of its holders (A5)"
   :crew (client/crew 10 load/talk!)
   :check check
   :faults ["kill-gateway"]
   :may ["stop-gateway" "pause-gateway" "pause-gateway-past-horizon" "box-gone" "kill-leaving"
         "kill-joining" "kill-store" "kill-leader" "kill-stores" "cut-gateway-stores" "cut-gateways"
         "loss" "cpu-full" "kill-gateway+kill-leader"]
   :spares 1
   :harm-ms 5000
   :quiet-ms 4500})
