(ns sallyport.chaos.nemesis
  "Faults by name, and names joined by +, which strike together. Each fault is
    :harms   what it does, in a line
    :takes   how many gateway nodes do not answer while it lasts: a connection is promised to
             survive the loss of R-1 of its holders, so a workload that counts on that spares more
    :parts?  whether nodes that live on do not see each other meanwhile
    :harm-ms the shortest time that makes sense of it
    :choose  (rng hosts) -> to whom; pure, so that a seed repeats a run's choices
    :strike  (ground choice) -> what was done to whom;  :heal (ground what) undoes it
  where the ground is {:lab :status :recorder}. Between two strikes lies quiet, in which the nodes
  come to one settled epoch again: a promise that holds through one death at a time is tried by one
  at a time. A node that is fenced ends, for its service manager to start it again: once a fault is
  healed that is this nemesis' part.

  What is chosen is repeatable, what happens is not: when a packet meets a fault, and which store
  leads, the machine decides. Not here, since a namespace has none of its own: clocks that jump
  (simulation), disks that fail (kill points of raft-store), routes that flap (RoutesTest)."
  (:require [clojure.string :as string]
            [sallyport.chaos.history :as history]
            [sallyport.chaos.lab :as lab])
  (:import (java.util Random)))

(defn one-of [^Random rng things]
  (nth things (.nextInt rng (count things))))

(defn- shuffled [^Random rng things]
  (let [all (java.util.ArrayList. ^java.util.Collection things)]
    (java.util.Collections/shuffle all rng)
    (vec all)))

(defn- command [{:keys [lab]} & words]
  (apply lab/command! lab words))

(defn- others [hosts role one]
  (vec (remove #{one} (role hosts))))

(defn- one [role] (fn [rng hosts] [(one-of rng (role hosts))]))
(defn- two [role] (fn [rng hosts] (subvec (shuffled rng (role hosts)) 0 2)))
(defn- every-one [role] (fn [_ hosts] (role hosts)))

(defn- done-by
  "A strike of one lab command to all that were chosen."
  [verb]
  (fn [ground victims] (apply command ground verb victims) victims))

(defn- again
  "Starts those that do not run."
  [{:keys [lab] :as ground} victims]
  (let [alive (:alive (lab/status lab))]
    (when-let [dead (seq (remove #(get alive (keyword %)) victims))]
      (apply command ground "restart" dead))))

(defn- mended [ground _] (command ground "heal"))

(defn- killing [harms choose takes]
  {:harms harms :takes takes :choose choose :strike (done-by "kill") :heal again})

(defn- pausing [harms choose takes & {:as more}]
  (merge {:harms harms :takes takes :choose choose :strike (done-by "pause") :heal (done-by "resume")}
         more))

(defn- cutting
  "`cuts` (rng hosts) says which hosts are cut from which: [[one others & options] ...]."
  [harms takes cuts & {:as more}]
  (merge {:harms harms :takes takes :choose cuts
          :strike (fn [ground all]
                    (doseq [[one from & options] all]
                      (apply command ground "cut" one "--from" (string/join "," from) options))
                    all)
          :heal mended}
         more))

(defn- from-all
  "A gateway node cut off from hosts of these roles."
  [roles & options]
  (fn [rng hosts]
    (let [node (one-of rng (:gateways hosts))]
      [(into [node (vec (mapcat #(others hosts % node) roles))] options)])))

(defn- around
  "What each gateway node sends to the next, in a ring."
  [rng hosts]
  (let [nodes (shuffled rng (:gateways hosts))]
    (mapv (fn [one next] [one [next] "--way" "to"]) nodes (concat (rest nodes) nodes))))

(defn- minority
  "A gateway node and a store on one side, all others on the other."
  [rng hosts]
  (let [node (one-of rng (:gateways hosts))
        store (one-of rng (:stores hosts))
        rest-of (into (others hosts :gateways node) (others hosts :stores store))]
    [[node rest-of] [store rest-of]]))

(def gateway-nodes
  {"kill-gateway" (killing "kill -9 of a gateway node's process" (one :gateways) 1)
   "kill-two-gateways" (killing "kill -9 of two gateway nodes at once" (two :gateways) 2)
   "stop-gateway" {:harms "SIGTERM of a gateway node: it hands over and leaves"
                   :takes 1 :choose (one :gateways) :strike (done-by "stop") :heal again}
   "pause-gateway" (pausing "SIGSTOP of a gateway node, for a while" (one :gateways) 1)
   "pause-gateway-past-horizon"
   (pausing "SIGSTOP of a gateway node until its horizon has passed" (one :gateways) 1 :harm-ms 20000)
   "box-gone" {:harms "a gateway node's process killed and its links down"
               :takes 1 :choose (one :gateways)
               :strike (fn [ground [node :as victims]]
                         (command ground "kill" node)
                         (command ground "cut" node)
                         victims)
               :heal (fn [ground victims] (mended ground victims) (again ground victims))}
   "kill-leaving" {:harms "SIGTERM of a gateway node, and kill -9 before it has handed over"
                   :takes 1
                   :choose (fn [^Random rng hosts] [(one-of rng (:gateways hosts)) (.nextInt rng 400)])
                   :strike (fn [{:keys [status] :as ground} [node ms :as choice]]
                             (let [leaves (future (command ground "stop" node))]
                               (Thread/sleep (long ms))
                               (lab/kill! status node)
                               @leaves)
                             choice)
                   :heal (fn [ground [node]] (again ground [node]))}
   "kill-joining" {:harms "kill -9 of a gateway node, and again while it starts"
                   :takes 1
                   :choose (fn [^Random rng hosts]
                             [(one-of rng (:gateways hosts)) (+ 500 (.nextInt rng 3000))])
                   :strike (fn [{:keys [status] :as ground} [node ms :as choice]]
                             (command ground "kill" node)
                             (let [joins (future (try (command ground "restart" node)
                                                      (catch Exception _ :killed)))]
                               (Thread/sleep (long ms))
                               ;; The command that waits for it knows its pid already.
                               (lab/kill! status node)
                               @joins)
                             choice)
                   :heal (fn [ground [node]] (again ground [node]))}
   "cpu-full" {:harms "every processor busy for 2 s, at the nodes' own priority"
               :takes 0 :choose (fn [_ _] [])
               :strike (fn [{:keys [status]} _]
                         (let [busy (repeatedly (* 2 (.availableProcessors (Runtime/getRuntime)))
                                                #(lab/start-inside status "router"
                                                                   ["timeout" "2" "sh" "-c" "while :; do :; done"]
                                                                   "/dev/null"))]
                           (run! #(.waitFor ^Process %) (doall busy)))
                         [])
               :heal (fn [_ _])}})

(def stores
  {"kill-store" (killing "kill -9 of a store" (one :stores) 0)
   "kill-leader" {:harms "kill -9 of the store that leads"
                  :takes 0 :choose (fn [_ _] :leader)
                  :strike (fn [{:keys [status] :as ground} _]
                            (let [victims [(lab/leader status)]]
                              (command ground "kill" (first victims))
                              victims))
                  :heal again}
   "kill-two-stores" (killing "kill -9 of a majority of the stores" (two :stores) 0)
   "kill-stores" (killing "kill -9 of all stores" (every-one :stores) 0)
   "pause-store" (pausing "SIGSTOP of a store" (one :stores) 0)
   "cut-store" (cutting "a store cut off from the other stores" 0
                        (fn [rng hosts]
                          (let [store (one-of rng (:stores hosts))]
                            [[store (others hosts :stores store)]])))})

(def cuts
  {"cut-gateway-store" (cutting "a gateway node cut off from one store" 0
                                (fn [rng hosts]
                                  [[(one-of rng (:gateways hosts)) [(one-of rng (:stores hosts))]]]))
   "cut-gateway-stores" (cutting "a gateway node cut off from all stores" 0 (from-all [:stores]) :harm-ms 20000)
   "cut-gateways" (cutting "two gateway nodes cut off from each other" 0
                           (fn [rng hosts] (let [[a b] ((two :gateways) rng hosts)] [[a [b]]]))
                           :parts? true)
   "cut-gateway-peers" (cutting "a gateway node cut off from all others, but not from the stores" 1
                                (from-all [:gateways]) :parts? true)
   "split-gateway" (cutting "a gateway node cut off from stores and peers, but not from the router" 1
                            (from-all [:stores :gateways]) :parts? true :harm-ms 20000)
   "mute-gateway" (cutting "a gateway node that stores and peers do not hear, but which hears them" 1
                           (from-all [:stores :gateways] "--way" "to") :parts? true :harm-ms 20000)
   "deaf-gateway" (cutting "a gateway node that hears neither stores nor peers, but which they hear" 1
                           (from-all [:stores :gateways] "--way" "of") :parts? true :harm-ms 20000)
   "split-minority" (cutting "a gateway node and a store on one side, all others on the other" 1
                             minority :parts? true :harm-ms 20000)
   "one-way" (cutting "what one gateway node sends to another" 0
                      (fn [rng hosts]
                        (let [[a b] ((two :gateways) rng hosts)] [[a [b] "--way" "to"]]))
                      :parts? true)
   "ring" (cutting "what each gateway node sends to the next" 2 around :parts? true)
   "loss" (cutting "one packet of ten between a gateway node and its peers" 0
                   (from-all [:gateways] "--percent" "10"))})

(def churn
  "Each step waits for some time, which the store may need to notice, and then for one epoch."
  {"churn" {:harms "gateway nodes killed, drained and started in any order, one away at a time"
            :takes 1
            :choose (fn [^Random rng hosts]
                      (letfn [(step [deed node] [deed node (+ 300 (.nextInt rng 3000))])]
                        (vec (mapcat (fn [_]
                                       (let [node (one-of rng (:gateways hosts))]
                                         [(step (one-of rng ["stop" "kill"]) node)
                                          (step "restart" node)]))
                                     (range 2)))))
            :strike (fn [{:keys [status] :as ground} steps]
                      (reduce (fn [up [deed node wait-ms]]
                                (command ground deed node)
                                (let [up ((if (= "restart" deed) conj disj) up node)]
                                  (Thread/sleep (long wait-ms))
                                  (lab/await-settled! status up 30000)
                                  up))
                              (set (lab/names-of status "GATEWAY"))
                              steps)
                      steps)
            :heal (fn [ground steps] (again ground (distinct (map second steps))))}})

(def control
  {"kill-control" (killing "kill -9 of the REST API's process" (fn [_ _] ["control"]) 0)
   "pause-control" (pausing "SIGSTOP of the REST API's process" (fn [_ _] ["control"]) 0)})

(def faults (merge gateway-nodes stores cuts churn control))

(defn hosts [status]
  {:gateways (vec (lab/names-of status "GATEWAY")) :stores (vec (lab/names-of status "STORE"))})

(defn parts [name] (string/split name #"\+"))

(defn takes [name] (apply + (map #(:takes (faults %)) (parts name))))

(defn parts? [name] (boolean (some #(:parts? (faults %)) (parts name))))

(defn plan
  "What will strike whom, without end: each name in its turn, then by chance. A function of its
  arguments: {:name :choices :quiet-ms :harm-ms}."
  [{:keys [names hosts seed harm-ms quiet-ms]}]
  (let [rng (Random. seed)]
    (letfn [(strike [name]
              (let [members (parts name)]
                {:name name
                 :choices (mapv #((:choose (faults %)) rng hosts) members)
                 :quiet-ms (long (* (long quiet-ms) (+ 0.7 (* 0.6 (.nextDouble rng)))))
                 :harm-ms (apply max (long harm-ms) (keep #(:harm-ms (faults %)) members))}))
            (more [names]
              (lazy-seq (let [[name & rest] names] (cons (strike name) (more rest)))))]
      (more (concat names (repeatedly #(one-of rng names)))))))

(defn- deed! [recorder f value]
  (history/record! recorder {:process :nemesis :type :info :f f :value value}))

(defn- supervise!
  "What a service manager does: starts a gateway node again that ended by itself, as one does whose
  horizon has passed."
  [{:keys [recorder lab status] :as ground}]
  (let [alive (:alive (lab/status lab))]
    (when-let [ended (seq (remove #(get alive (keyword %)) (lab/names-of status "GATEWAY")))]
      (history/record! recorder {:process :supervisor :type :info :f :restart :value (vec ended)})
      (again ground ended))))

(defn- await-settled!
  "Whether all gateway nodes came to one settled epoch within `ms`."
  [{:keys [status] :as ground} ms]
  (let [until (+ (System/nanoTime) (* 1000000 (long ms)))]
    (loop []
      (supervise! ground)
      (cond
        (lab/settled? status (lab/names-of status "GATEWAY")) true
        (> (System/nanoTime) until) false
        :else (do (Thread/sleep 250) (recur))))))

(defn- strike!
  "Strikes with all members of a name, a third of the harm apart, waits, and heals in that order.
  The harm is undone also where the run ends in an error."
  [{:keys [recorder] :as ground} {:keys [name choices harm-ms]}]
  (let [members (map vector (parts name) choices)
        apart (quot (long harm-ms) (* 3 (count members)))
        struck (atom [])]
    (try
      (doseq [[member choice] members]
        (let [value ((:strike (faults member)) ground choice)]
          (swap! struck conj [member value])
          (deed! recorder member value)
          (Thread/sleep apart)))
      (Thread/sleep (- (long harm-ms) (* apart (count members))))
      (finally
        (doseq [[member value] @struck]
          (deed! recorder (str "healing " member) value)
          ((:heal (faults member)) ground value)
          (deed! recorder (str "healed " member) value))))))

(defn strike-until!
  "Follows a plan until @until (nanoTime, an atom): quiet, harm, heal. Deeds are :info operations of
  process :nemesis. The load goes on until what was struck last has stood for as long as a quiet:
  the end is put off for that. Answers the strikes."
  [{:keys [until recorder] :as ground} plan]
  (let [end (long @until)]
    (loop [[{:keys [harm-ms quiet-ms] :as next} & rest] plan done []]
      (Thread/sleep (long quiet-ms))
      (if (< (+ (System/nanoTime) (* 1000000 (+ (long harm-ms) (long quiet-ms)))) end)
        (do (reset! until Long/MAX_VALUE)
            (try
              (strike! ground next)
              (deed! recorder "settled" (await-settled! ground 60000))
              (finally
                (reset! until (max end (+ (System/nanoTime) (* 1000000 (long quiet-ms)))))))
            (recur rest (conj done next)))
        done))))
