(ns sallyport.chaos.workload.open-once
  "Bursts of one inside datagram, made by hand and sent by many outer ports, meet several gateway
  nodes at the same moment, before anybody has seen the tuple and again later. Promise A4: it has
  one outside end. Judged by checker.open-once, whose method and blind spots are said there."
  (:require [clojure.java.io :as io]
            [clojure.string :as string]
            [sallyport.chaos.checker :as checker]
            [sallyport.chaos.checker.open-once :as open-once]
            [sallyport.chaos.history :as history]
            [sallyport.chaos.lab :as lab]
            [sallyport.chaos.load :as load]
            [sallyport.chaos.nemesis :as nemesis])
  (:import (java.io BufferedReader Writer)
           (java.util Random)))

(def ^:private main "io.sallyport.lab.Twins")

(defn- next-hop-mac
  "As the client's kernel has learned it."
  [status client router]
  (or (second (re-find #"lladdr (\S+)" (lab/inside! status client "ip" "neighbour" "show" router "dev" "vpc0")))
      (throw (ex-info (str client " has not learned the MAC of " router) {}))))

(defn- mouth! [{:keys [status server file]} client]
  (let [tenant (lab/tenant-of status client)
        ;; A connect makes the kernel ask for the next hop's MAC.
        _ (lab/inside! status client "curl" "-sS" "--noproxy" "*" "--max-time" "5"
                       (str "http://" (lab/address-of status server) "/whoami"))
        process (lab/start-java-inside
                 status client main (file (str "twins-" client ".log")) "say"
                 "--inside" (:inside (lab/host status client))
                 "--to" (lab/address-of status server)
                 "--vni" (str (:vni tenant))
                 "--mac" (string/trim (lab/inside! status client "cat" "/sys/class/net/vpc0/address"))
                 "--gateway-mac" (next-hop-mac status client (:privateAddress tenant)))
        lines (io/reader (.getInputStream process))]
    (when-not (= "saying" (.readLine ^BufferedReader lines))
      (throw (ex-info (str "nobody speaks in " client) {})))
    {:client client :process process :out (io/writer (.getOutputStream process))}))

(defn- ear! [{:keys [status server recorder file]}]
  (let [process (lab/start-java-inside status server main (file "twins-ear.log") "hear")
        lines (io/reader (.getInputStream process))]
    (when-not (= "hearing" (.readLine ^BufferedReader lines))
      (throw (ex-info "nobody listens at the server" {})))
    {:process process
     :heard (future
              (loop []
                (when-let [line (try (.readLine ^BufferedReader lines) (catch java.io.IOException _ nil))]
                  (let [[address port id] (string/split line #" ")]
                    (history/record! recorder {:process :ear :type :info :f :heard
                                               :value {:id id :outside [address (parse-long port)]}}))
                  (recur))))}))

(defn- setup [{:keys [status] :as run}]
  (let [ear (ear! run)]
    {:ear ear :mouths (mapv #(mouth! run %) (lab/names-of status "CLIENT"))}))

(defn- teardown [_ {:keys [ear mouths]}]
  (run! #(.destroyForcibly ^Process (:process %)) (cons ear mouths)))

(defn- burst! [{:keys [recorder]} {:keys [^Writer out]} process id port copies]
  (history/record! recorder {:process process :type :info :f :burst :value {:id id :copies copies}})
  (locking out
    (.write out (str port " " copies " " id "\n"))
    (.flush out)))

(defn- worker! [run mouth process seed]
  (let [rng (Random. seed)]
    (loop [n 0]
      (when (load/going-on? run)
        (let [id (str process "-" n)
              port (+ 20000 (* 4000 (mod (long process) 8)) (mod n 4000))]
          (doseq [copies [8 3 3]]
            (burst! run mouth process id port copies)
            (Thread/sleep (long (+ 30 (.nextInt rng 300)))))
          (recur (inc n)))))))

(defn- crew [{:keys [world seed] :as run}]
  (doall (for [[m mouth] (map-indexed vector (:mouths world))
               w (range 8)
               :let [process (+ (* 8 (long m)) (long w))]]
           #(worker! run mouth process (+ (long seed) process)))))

(defn check [{:keys [history least]}]
  {:once (open-once/check history
                          (filter #(nemesis/parts? (:fault %)) (checker/strikes history))
                          (least 100))})

(def workload
  {:name "open-once"
   :promise "one inside tuple has one outside end, whichever nodes meet it at once (A4)"
   :crew crew
   :setup setup
   :teardown teardown
   :check check
   :faults ["kill-gateway" "pause-gateway" "kill-leader"]
   :may ["stop-gateway" "kill-store" "kill-leaving" "kill-joining" "cut-gateways" "one-way" "loss"
         "cut-gateway-stores" "split-gateway" "cpu-full" "box-gone"]
   :spares 1
   :harm-ms 3000
   :quiet-ms 3000})
