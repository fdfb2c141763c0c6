(ns sallyport.chaos.workload.unique-ports
  "Many clients open, hold and close connections to one destination. Promise A1: no two live
  connections have one outside end, whatever dies or is cut off meanwhile. Judged by
  checker/unique-in-history and checker/unique-on-the-wire, whose methods and blind spots are said
  there; an open that fails under a fault is no violation here."
  (:require [sallyport.chaos.checker :as checker]
            [sallyport.chaos.client :as client]
            [sallyport.chaos.load :as load]))

(defn check [{:keys [history packets public? least]}]
  {:history (checker/unique-in-history history)
   :wire (checker/unique-on-the-wire packets load/port (checker/held-at history))
   :leaks (checker/leaks packets public?)
   :progress (checker/progress history :open (least 100))})

(def workload
  {:name "unique-ports"
   :promise "no two live connections share an outside end (A1)"
   :crew (client/crew 8 (load/turn-over {:most 12 :rest-ms 20 :patience-ms 4000}))
   :check check
   :faults ["kill-gateway" "kill-store" "cut-gateway-store"]
   :may ["kill-two-gateways" "stop-gateway" "pause-gateway" "pause-gateway-past-horizon" "box-gone"
         "kill-leaving" "kill-joining" "kill-leader" "kill-two-stores" "pause-store" "cut-store"
         "cut-gateways" "cut-gateway-peers" "split-gateway" "one-way" "ring" "loss" "cpu-full"
         "kill-gateway+kill-leader" "pause-gateway+cut-gateways"]
   :spares 3
   :harm-ms 4000
   :quiet-ms 4000})
