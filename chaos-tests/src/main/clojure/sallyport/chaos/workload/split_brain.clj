(ns sallyport.chaos.workload.split-brain
  "A gateway node is cut off from the stores, from its peers, or from both, but not from the router,
  which goes on to send it packets: it believes to be alone in the world. Promises: no two live
  connections share an outside end (A1); connections that exist go on (A5), at the cut node until
  its horizon and then at others; a node that nobody hears stops at its horizon.

  How: uniqueness in the history and on the server's wire, words over long connections, and the
  wire behind each node (checker.horizon); methods and blind spots are said there. Opens that meet
  the cut node may fail: nobody agrees to them. Words are promised but where a strike takes more
  than one node away: in a ring of cuts nobody hears anybody, and words that were lost from then
  until `rest-s` after it are a figure."
  (:require [sallyport.chaos.checker :as checker]
            [sallyport.chaos.checker.horizon :as horizon]
            [sallyport.chaos.client :as client]
            [sallyport.chaos.lab :as lab]
            [sallyport.chaos.load :as load]
            [sallyport.chaos.nemesis :as nemesis]
            [sallyport.chaos.wire :as wire]))

(def ^:private talkers (client/crew 4 load/talk!))
(def ^:private openers (client/crew 4 (load/turn-over {:most 10 :rest-ms 40 :patience-ms 4000}) 1000))

(defn- setup [{:keys [status file]}]
  {:sniffers (into {} (for [node (lab/names-of status "GATEWAY")]
                        [node (wire/sniff-node! status node (file (str "from-" node ".txt")))]))})

(defn- finish [_ {:keys [sniffers]}]
  {:from-nodes (update-vals sniffers wire/stop-times!)})

(defn- teardown [_ {:keys [sniffers]}]
  (run! wire/cancel! (vals sniffers)))

(def ^:private alone
  "Faults that leave a node without anybody who hears and answers it."
  #{"split-gateway" "mute-gateway" "deaf-gateway" "split-minority"})

(def ^:private rest-s 10)

(defn- unpromised?
  "Whether an operation ended in, or soon after, a strike that takes more than one node."
  [strikes {:keys [time]}]
  (some (fn [{:keys [fault from to]}]
          (and (> (long (nemesis/takes fault)) 1)
               (<= (long from) (long time))
               (or (= Long/MAX_VALUE to) (<= (long time) (+ (long to) (* 1000000000 (long rest-s)))))))
        strikes))

(defn- lost-words [history]
  (count (filter #(and (= :say (:f %)) (#{:fail :info} (:type %))) history)))

(defn check [{:keys [history packets public? least seen]}]
  (let [strikes (checker/strikes history)
        promised (remove #(and (= :say (:f %)) (not= :invoke (:type %)) (unpromised? strikes %)) history)]
    {:history (checker/unique-in-history history)
     :wire (checker/unique-on-the-wire packets load/port (checker/held-at history))
     :leaks (checker/leaks packets public?)
     :survived (assoc (checker/survived promised)
                      :unpromised-lost (- (lost-words history) (lost-words promised)))
     :horizon (horizon/check (filter (comp alone :fault) strikes) (:from-nodes seen))
     :progress (checker/progress history :open (least 40))}))

(def workload
  {:name "split-brain"
   :promise "who is cut off but still sent packets gives no outside end twice, and stops in time (A1)"
   :crew (fn [run] (concat (talkers run) (openers run)))
   :setup setup
   :finish finish
   :teardown teardown
   :check check
   :faults ["split-gateway" "cut-gateway-stores" "cut-gateway-peers" "cut-gateways" "mute-gateway"
            "deaf-gateway" "split-minority" "one-way" "ring"]
   :may ["split-gateway+kill-leader" "split-gateway+cpu-full"]
   :spares 2
   :harm-ms 8000
   :quiet-ms 3000})
