(ns sallyport.chaos.workloads
  "The table of workloads. Each is a map:
    :name, :promise
    :crew     (run) -> functions of no argument, one a thread, that end when load/going-on? says so
    :setup    (run) -> a world of its own, then :world of the run; :teardown (run world) ends it
    :finish   (run world) -> what it alone has recorded, then :seen of check's argument
    :check    ({:history :packets :public? :seen :least}) -> named verdicts; least scales how much
              must have worked at the least, for a run that is short
    :faults   what strikes by default, in this order and then by chance; :may, what else may
    :spares   how many gateway nodes its promise can do without at a time
    :harm-ms  how long a fault lasts at the least, or a function of the run's ms; :quiet-ms, the
              pause between two"
  (:require [clojure.string :as string]
            [sallyport.chaos.nemesis :as nemesis]
            [sallyport.chaos.workload.client-move :as client-move]
            [sallyport.chaos.workload.eip-move :as eip-move]
            [sallyport.chaos.workload.node-churn :as node-churn]
            [sallyport.chaos.workload.open-once :as open-once]
            [sallyport.chaos.workload.split-brain :as split-brain]
            [sallyport.chaos.workload.surviving-connections :as surviving-connections]
            [sallyport.chaos.workload.unique-ports :as unique-ports]
            [sallyport.chaos.workload.whole-store-loss :as whole-store-loss]))

(def all
  [unique-ports/workload surviving-connections/workload open-once/workload node-churn/workload
   split-brain/workload whole-store-loss/workload eip-move/workload client-move/workload])

(def by-name (into {} (map (juxt :name identity)) all))

(defn refusal
  "Why these faults do not go with a workload, or nil."
  [{:keys [name spares]} faults]
  (or (some (fn [part]
              (when-not (nemesis/faults part)
                (str "no fault " part "; there are " (string/join ", " (sort (keys nemesis/faults))))))
            (mapcat nemesis/parts faults))
      (some (fn [fault]
              (when (> (long (nemesis/takes fault)) (long spares))
                (str fault " takes " (nemesis/takes fault) " gateway nodes at once, and what " name
                     " promises holds for the loss of " spares)))
            faults)))
