(ns sallyport.chaos.vpc
  "A VPC of a workload's own, with one gateway and one client, beside those that the lab has: a
  further tunnel device in some client's namespace, with a routing table for what comes from its
  address."
  (:require [sallyport.chaos.lab :as lab]
            [sallyport.chaos.rest :as rest]))

(defn- operator [status] (get-in status [:state :operatorKey]))

(defn make!
  "`net`: three numbers; the VPC is their /24. Undo it with unmake!."
  [status tenant host vni net]
  (let [key (:apiKey tenant)
        prefix (str net ".0/24")
        vpc (:id (rest/must! status key "POST" "/v1/vpcs" {:prefixes [prefix]}))
        _ (rest/must! status (operator status) "PUT" (str "/v1/vpcs/" vpc "/attachment")
                      {:vxlan {:vni vni :endpoints ["10.99.0.0/16"]}})
        subnet (:id (rest/must! status key "POST" "/v1/subnets" {:vpcId vpc :prefix prefix}))
        gateway (rest/must! status key "POST" "/v1/gateways" {:subnetId subnet})
        device (str "side" vni)
        mac (format "02:00:00:00:%02x:%02x" (bit-shift-right (long vni) 8) (bit-and (long vni) 0xff))
        client (str net ".20")
        underlay (get-in (lab/host status host) [:links 0 :device])
        ip (fn [& words] (apply lab/inside! status host "ip" words))]
    ;; Without an address of its own: the route says which, and may change.
    (ip "link" "add" device "address" mac "type" "vxlan" "id" (str vni)
        "remote" (:tunnelAddress status) "dstport" "4789" "dev" underlay "nolearning")
    (ip "link" "set" device "mtu" "1450")
    (ip "address" "add" (str client "/24") "dev" device)
    (ip "link" "set" device "up")
    (ip "route" "add" "default" "via" (:privateAddress gateway) "dev" device "table" (str vni))
    (ip "rule" "add" "from" client "lookup" (str vni))
    {:key key :host host :vni vni :device device :client client :vpc vpc :subnet subnet
     :gateway (:id gateway) :router (:privateAddress gateway)
     :instance {:vpcId vpc :privateAddress client :tunnelEndpoint (lab/address-of status host) :mac mac}}))

(defn- gone!
  "Deletes; what is held by a move that is not done yet is asked again for a while."
  [status key path]
  (loop [turns 0]
    (let [answer (rest/call! status key "DELETE" path nil)]
      (cond
        (or (<= 200 (:status answer) 299) (= 404 (:status answer))) nil
        (> turns 60) (throw (ex-info (str "DELETE " path " -> " answer) answer))
        :else (do (Thread/sleep 500) (recur (inc turns)))))))

(defn unmake! [status {:keys [key host vni device client vpc subnet gateway]}]
  (lab/inside! status host "ip" "rule" "del" "from" client "lookup" (str vni))
  (lab/inside! status host "ip" "link" "del" device)
  (gone! status key (str "/v1/gateways/" gateway))
  (gone! status key (str "/v1/subnets/" subnet))
  (gone! status key (str "/v1/vpcs/" vpc)))

(defn allocate!
  "An elastic IP of a tenant: {:id :address :path}."
  [status {:keys [apiKey]}]
  (let [{:keys [id address]} (rest/must! status apiKey "POST" "/v1/elastic-ips" {:pool "public"})]
    {:id id :address address :path (str "/v1/elastic-ips/" id "/attachment")}))

(defn release! [status {:keys [apiKey]} {:keys [id path]}]
  (gone! status apiKey path)
  (gone! status apiKey (str "/v1/elastic-ips/" id)))
