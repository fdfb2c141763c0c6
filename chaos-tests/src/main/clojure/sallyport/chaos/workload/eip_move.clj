(ns sallyport.chaos.workload.eip-move
  "An elastic IP moves, by REST, between two gateways and an instance, each of another VPC whose
  clients talk all the time, while nodes and the API's process die and stop. Promise: one owner at
  any moment, and a move that was accepted ends. Judged by checker.owners, whose method and blind
  spots are said there. A move is :ok when the API says that it is done, at once or later, which takes no
  longer than a node's death may (16 s), with room; :info where nobody answered, for then it may
  have happened or may yet."
  (:require [clojure.java.io :as io]
            [clojure.string :as string]
            [sallyport.chaos.checker.owners :as owners]
            [sallyport.chaos.client :as client]
            [sallyport.chaos.history :as history]
            [sallyport.chaos.lab :as lab]
            [sallyport.chaos.load :as load]
            [sallyport.chaos.rest :as rest]
            [sallyport.chaos.vpc :as vpc])
  (:import (java.io BufferedReader)
           (java.util Random)))

(def ^:private main "io.sallyport.lab.Letters")

(defn- ear! [{:keys [status server recorder file]} address]
  (let [process (lab/start-java-inside status server main (file "letters-ear.log") "hear" "--address" address)
        lines (io/reader (.getInputStream process))]
    (when-not (= "hearing" (.readLine ^BufferedReader lines))
      (throw (ex-info "nobody listens at the server" {})))
    (future
      (loop []
        (when-let [line (try (.readLine ^BufferedReader lines) (catch java.io.IOException _ nil))]
          (when (string/starts-with? line "turn ")
            (history/record! recorder {:process :ear :type :info :f :turn :value {:letter (subs line 5)}}))
          (recur))))
    process))

(defn- mouth! [{:keys [status server file]} {:keys [letter vpc]}]
  (let [process (lab/start-java-inside status (:host vpc) main (file (str "letters-" letter ".log"))
                                       "say" "--letter" letter "--from" (:client vpc)
                                       "--to" (lab/address-of status server) "--every-micros" "1000")]
    (.readLine ^BufferedReader (io/reader (.getInputStream process)))
    process))

(defn- setup [{:keys [status] :as run}]
  (let [[first-host second-host] (lab/names-of status "CLIENT")
        tenant (lab/tenant-of status first-host)
        p (vpc/make! status tenant first-host 321 "10.81.0")
        q (vpc/make! status tenant second-host 322 "10.82.0")
        r (vpc/make! status tenant second-host 323 "10.83.0")
        parties [{:letter "P" :vpc p :attachment {:gatewayId (:gateway p)}}
                 {:letter "Q" :vpc q :attachment {:gatewayId (:gateway q)}}
                 {:letter "R" :vpc r :attachment {:instance (:instance r)}}]
        eip (vpc/allocate! status tenant)]
    {:tenant tenant :parties parties :eip eip
     :processes (into [(ear! run (:address eip))] (mapv #(mouth! run %) parties))}))

(defn- teardown [{:keys [status]} {:keys [tenant parties eip processes]}]
  (run! #(.destroyForcibly ^Process %) processes)
  (vpc/release! status tenant eip)
  (run! #(vpc/unmake! status (:vpc %)) parties))

(defn- settle!
  "Waits until a move that was taken on is done; what a drained clock is to it, a dead node is."
  [{:keys [status]} key eip]
  (loop [turns 0]
    (let [{:keys [body]} (rest/call! status key "GET" (str "/v1/elastic-ips/" (:id eip)) nil)]
      (cond
        (and body (nil? (:move body)) (not= "pending" (:state body))) {:type :ok :late true}
        (> turns 80) {:type :fail :error (str "still waits: " (:move body))}
        :else (do (Thread/sleep 500) (recur (inc turns)))))))

(defn- move! [{:keys [status world] :as run} {:keys [attachment]}]
  (let [{:keys [tenant eip]} world
        key (:apiKey tenant)
        answer (rest/call! status key "PUT" (:path eip) attachment)]
    (case (long (:status answer))
      200 {:type :ok}
      202 (settle! run key eip)
      (0 503 504) {:type :info :error (str answer)}
      {:type :fail :error (str answer)})))

(defn- mover! [{:keys [recorder world seed] :as run}]
  (let [rng (Random. seed)
        parties (:parties world)]
    (loop [n 0 at -1]
      (when (load/going-on? run)
        (let [to (mod (+ (long at) 1 (.nextInt rng (if (neg? (long at)) 1 (dec (count parties))))) (count parties))
              party (nth parties to)]
          (client/recorded! recorder :mover :move {:n n :letter (:letter party)} #(move! run party))
          (Thread/sleep (long (+ 500 (.nextInt rng 1500))))
          (recur (inc n) (long to)))))))

(defn check [{:keys [history least]}]
  (let [failed (filter #(and (= :move (:f %)) (= :fail (:type %))) history)]
    {:owners (owners/check history (least 3))
     :refused {:valid? (empty? failed) :moves (vec (take 5 failed))}}))

(def workload
  {:name "eip-move"
   :promise "an elastic IP that moves has one owner at any moment"
   :crew (fn [run] [#(mover! run)])
   :setup setup
   :teardown teardown
   :check check
   :faults ["pause-gateway" "kill-control" "kill-gateway" "kill-leader"]
   :may ["stop-gateway" "pause-control" "kill-store" "cut-gateway-stores" "cut-gateways" "split-gateway"
         "pause-gateway-past-horizon" "box-gone" "kill-joining" "cpu-full" "kill-gateway+kill-control"]
   :spares 1
   :harm-ms 3000
   :quiet-ms 4000})
