(ns sallyport.chaos.wire
  "What really passed a device: tcpdump's lines as packets."
  (:require [clojure.java.io :as io]
            [clojure.string :as string]
            [sallyport.chaos.lab :as lab])
  (:import (java.net InetAddress)))

(def ^:private line-form
  #"^(\d+)\.(\d{6}) IP6? (\S+)\.(\d+) > (\S+)\.(\d+): (?:Flags \[([^\]]*)\](?:, seq (\d+))?)?.*")

(defn address
  "One spelling for an address; tcpdump and Java spell IPv6 differently."
  [^String text]
  (if (string/includes? text ":") (.getHostAddress (InetAddress/getByName text)) text))

(defn packet
  "A packet {:time-us :source :target :flags :seq} of one line, or nil."
  [line]
  (when-let [[_ seconds micros source sport target tport flags seqno] (re-matches line-form line)]
    {:time-us (+ (* 1000000 (parse-long seconds)) (parse-long micros))
     :source [(address source) (parse-long sport)]
     :target [(address target) (parse-long tport)]
     :flags (set flags)
     :seq (some-> seqno parse-long)}))

(defn sniff!
  "Starts tcpdump with these words at a host's device; stop it with stop!."
  [status host device file & words]
  (let [process (lab/start-inside status host
                                  (into ["tcpdump" "-i" device "-n" "-tt" "-S" "-l" "-s" "96" "-B" "16384"
                                         "--immediate-mode"]
                                        words)
                                  (str file ".log")
                                  file)]
    ;; It says "listening on" once it sees packets; before that nothing may be sent.
    (loop [turns 0]
      (when-not (string/includes? (slurp (str file ".log")) "listening on")
        (when (or (> turns 200) (not (.isAlive process)))
          (throw (ex-info (str "tcpdump does not start; see " file ".log") {})))
        (Thread/sleep 50)
        (recur (inc turns))))
    {:process process :file file}))

(def ^:private public
  "Pool and servers of the lab; every other address is an inside or underlay one."
  ["203.0.113.0/24" "198.51.100.0/24" "2001:db8:eee::/64" "2001:db8:51::/64"])

(defn sniff-server!
  "Beginnings and ends of TCP connections at a server, and whatever comes from an address that has
  no business there. Ports from 20000 on are those to which nobody listens."
  [status server port file]
  (sniff! status server (get-in (lab/host status server) [:links 0 :device] "any") file
          (str "(tcp port " port " or tcp dst portrange 20000-29999)"
               " and (tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0"
               ;; tcpdump has no name for the flags over IPv6: byte 13 behind 40 of its header.
               " or (ip6[6] = 6 and ip6[53] & 7 != 0)"
               " or not (" (string/join " or " (map #(str "src net " %) public)) "))")))

(defn sniff-node!
  "Every packet that leaves a gateway node from an elastic IP, as the router gets it."
  [status node file]
  (sniff! status "router" (get-in (lab/host status node) [:links 1 :routerDevice]) file
          "-Q" "in" "src net 203.0.113.0/24 or src net 2001:db8:eee::/64"))

(defn- stopped!
  "What it was still to write is waited for."
  [{:keys [^Process process]}]
  (Thread/sleep 500)
  (.destroy process)
  (.waitFor process))

(defn stop!
  "Ends the sniffer and returns its packets in order."
  [{:keys [file] :as sniffer}]
  (stopped! sniffer)
  (with-open [lines (io/reader file)]
    (into [] (keep packet) (line-seq lines))))

(defn stop-times!
  "Ends the sniffer and returns only when packets came, in microseconds: they may be millions."
  [{:keys [file] :as sniffer}]
  (stopped! sniffer)
  (with-open [lines (io/reader file)]
    (into (vector-of :long) (keep (comp :time-us packet)) (line-seq lines))))

(defn missed
  "How many packets a sniffer that was stopped did not take, by its own word; nil if it said none."
  [{:keys [file]}]
  (some->> (slurp (str file ".log")) (re-find #"(\d+) packets? dropped by kernel") second parse-long))

(defn cancel! [{:keys [^Process process]}]
  (.destroyForcibly process))
