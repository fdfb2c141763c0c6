(ns sallyport.chaos.workload.client-move
  "A client's tunnel endpoint changes from one packet to the next, there and back, as in a live
  migration: all that it sends has another outer address, and what is sent to the former one reaches
  nobody. Long connections say words meanwhile, and gateway nodes die. Promise: they all go on.

  How: every word comes back (checker/survived), nothing is reset, no inside address leaves. That
  packets follow within a round trip is a figure (silence), not a verdict: TCP's own repetition of
  what was lost on its way to the former place takes 200 ms. Blind spots: neighbours that pretend to
  be the client (ClientMovesTest holds those); UDP; IPv6 inside, which the moved VPC has not."
  (:require [sallyport.chaos.checker :as checker]
            [sallyport.chaos.client :as client]
            [sallyport.chaos.lab :as lab]
            [sallyport.chaos.load :as load]
            [sallyport.chaos.rest :as rest]
            [sallyport.chaos.vpc :as vpc])
  (:import (java.util Random)))

(defn- places
  "The endpoint that a host has, and a second one in its net."
  [status host]
  (let [here (lab/address-of status host)]
    [here (str (subs here 0 (inc (long (.lastIndexOf ^String here ".")))) "3")]))

(defn- go!
  "From now on all leaves from `to`, and what comes to the other place is lost."
  [status host from to]
  (let [{:keys [device routerIpv4]} (get-in (lab/host status host) [:links 0])]
    (doseq [words [["add" "table" "ip" "moved"] ["delete" "table" "ip" "moved"]
                   ["add" "table" "ip" "moved"]
                   ["add" "chain" "ip" "moved" "coming" "{ type filter hook prerouting priority -300; }"]
                   ["add" "rule" "ip" "moved" "coming" "udp" "dport" "4789" "ip" "daddr" from "drop"]]]
      (apply lab/inside! status host "nft" words))
    (lab/inside! status host "ip" "route" "replace" (:tunnelAddress status) "via" routerIpv4
                 "dev" device "src" to)))

(defn- setup [{:keys [status server file]}]
  (let [host (first (lab/names-of status "CLIENT"))
        tenant (lab/tenant-of status host)
        {:keys [device]} (get-in (lab/host status host) [:links 0])
        [_ there] (places status host)
        side (vpc/make! status tenant host 324 "10.84.0")
        eip (vpc/allocate! status tenant)]
    (rest/must! status (:apiKey tenant) "PUT" (:path eip) {:gatewayId (:gateway side)})
    (lab/inside! status host "ip" "address" "add" (str there "/24") "dev" device)
    (lab/inside! status host "ip" "route" "add" (lab/address-of status server)
                 "via" (:router side) "dev" (:device side))
    {:host host :tenant tenant :side side :eip eip :there there :device device
     :hands (client/open-hands! status host (file "moving-client.log"))}))

(defn- teardown [{:keys [status]} {:keys [host tenant side eip there device hands]}]
  (client/close-hands! hands)
  (lab/inside! status host "nft" "add" "table" "ip" "moved")
  (lab/inside! status host "nft" "delete" "table" "ip" "moved")
  (lab/inside! status host "ip" "route" "replace" (:tunnelAddress status)
               "via" (get-in (lab/host status host) [:links 0 :routerIpv4]))
  (lab/inside! status host "ip" "address" "del" (str there "/24") "dev" device)
  (vpc/release! status tenant eip)
  (vpc/unmake! status side))

(defn- migrate! [{:keys [recorder status world seed] :as run}]
  (let [rng (Random. seed)
        host (:host world)]
    (loop [n 0 [from to] (places status host)]
      (Thread/sleep (long (+ 1500 (.nextInt rng 2500))))
      (when (load/going-on? run)
        (client/recorded! recorder :migration :migrate {:n n :to to}
                          #(do (go! status host from to) {:type :ok}))
        (recur (inc n) [to from])))))

(defn- crew [{:keys [world to] :as run}]
  (let [run (assoc run :to [(first to)] :hands [(:hands world)])]
    (cons #(migrate! run) ((client/crew 12 load/talk!) run))))

(defn check [{:keys [history packets public? least]}]
  {:survived (checker/survived history)
   :every-open (checker/every history #{:open})
   :resets (checker/no-resets history packets)
   :leaks (checker/leaks packets public?)
   :moved (checker/progress history :migrate (least 2))})

(def workload
  {:name "client-move"
   :promise "a client that appears behind another tunnel endpoint keeps its connections"
   :crew crew
   :setup setup
   :teardown teardown
   :check check
   :faults ["kill-gateway"]
   :may ["stop-gateway" "pause-gateway" "kill-store" "kill-leader" "box-gone" "cpu-full" "kill-joining"]
   :spares 1
   :harm-ms 4000
   :quiet-ms 5000})
