(ns sallyport.chaos.workload.node-churn
  "Gateway nodes join, drain and die in any order, at most one away at a time, each step after the
  nodes came to one settled epoch, under long connections and others that come and go. Promises A1
  and A5 together, and that nobody is turned away.

  How: of the long connections every word comes back (checker/survived); every open is answered
  with a connection within 10 s (TCP says its SYN again after 1, 3 and 7 s, so a node's death costs
  an open time, not its life); no two live ones share an outside end, in the history and on the
  wire; no inside address leaves. Blind spots: those of these checkers; an open that waits nine
  seconds passes, its time is only a figure; two deaths before the copies are made again, which
  nothing promises to survive."
  (:require [sallyport.chaos.checker :as checker]
            [sallyport.chaos.client :as client]
            [sallyport.chaos.load :as load]))

(def ^:private talkers (client/crew 6 load/talk!))
(def ^:private openers (client/crew 3 (load/turn-over {:most 8 :rest-ms 60 :patience-ms 10000}) 1000))

(defn check [{:keys [history packets public? least]}]
  {:survived (checker/survived history)
   :every-open (checker/every history #{:open})
   :history (checker/unique-in-history history)
   :wire (checker/unique-on-the-wire packets load/port (checker/held-at history))
   :leaks (checker/leaks packets public?)
   :progress (checker/progress history :open (least 60))})

(def workload
  {:name "node-churn"
   :promise "nodes join, drain and die in any order, and no connection notices (A1, A5)"
   :crew (fn [run] (concat (talkers run) (openers run)))
   :check check
   :faults ["churn"]
   :may ["kill-gateway" "stop-gateway" "box-gone" "kill-leaving" "kill-joining" "pause-gateway"]
   :spares 1
   :harm-ms 1000
   :quiet-ms 3000})
