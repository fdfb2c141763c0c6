(ns sallyport.chaos.wire
  "What really passed the server's device: tcpdump's lines as packets."
  (:require [clojure.java.io :as io]
            [clojure.string :as string]
            [sallyport.chaos.lab :as lab]))

(def ^:private line-form
  #"^(\d+)\.(\d{6}) IP6? (\S+)\.(\d+) > (\S+)\.(\d+): Flags \[([^\]]*)\](?:, seq (\d+))?.*")

(defn packet
  "A packet {:time-us :source :target :flags :seq} of one line, or nil."
  [line]
  (when-let [[_ seconds micros source sport target tport flags seqno] (re-matches line-form line)]
    {:time-us (+ (* 1000000 (parse-long seconds)) (parse-long micros))
     :source [source (parse-long sport)]
     :target [target (parse-long tport)]
     :flags (set flags)
     :seq (some-> seqno parse-long)}))

(defn sniff!
  "Starts a sniffer for a TCP port at a host; stop it with stop!."
  [status host port file]
  (let [device (get-in status [:hosts (keyword host) :links 0 :device] "any")
        process (lab/start-inside status host
                                  ["tcpdump" "-i" device "-n" "-tt" "-S" "-l" "-s" "96" "-B" "16384"
                                   (str "tcp port " port
                                        " and (tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0 or ip6)")]
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

(defn stop!
  "Ends the sniffer and returns its packets in order."
  [{:keys [^Process process file]}]
  (.destroy process)
  (.waitFor process)
  (with-open [lines (io/reader file)]
    (into [] (keep packet) (line-seq lines))))
