(ns sallyport.chaos.lab
  "The lab as a black box: its own commands, and what `lab status --json` says of it. One process
  obeys all commands of a run, so that no fault waits for a JVM to start."
  (:require [clojure.data.json :as json]
            [clojure.java.io :as io]
            [clojure.java.shell :as shell]
            [clojure.string :as string])
  (:import (java.io BufferedReader Writer)
           (java.lang ProcessBuilder$Redirect)
           (java.util List)))

(defn- java-command
  [main args]
  (into [(str (System/getProperty "java.home") "/bin/java")
         (str "-Dsallyport.home=" (System/getProperty "sallyport.home" (System/getProperty "user.dir")))
         (str "-Dsallyport.uid=" (System/getProperty "sallyport.uid" "0"))
         "-XX:TieredStopAtLevel=1" "-XX:+UseSerialGC" "-Xshare:auto" "-Xmx160m"
         "-cp" (System/getProperty "java.class.path") main]
        args))

(defn attach!
  "A lab, up or not, whose commands are obeyed from now on; detach! it."
  [id directory]
  (let [words (cond-> ["lab" "obey" "--id" id] directory (conj "--directory" directory))
        process (.start (doto (ProcessBuilder. ^List (java-command "io.sallyport.lab.Main" words))
                          (.redirectErrorStream true)))
        lines (io/reader (.getInputStream process))
        said (.readLine ^BufferedReader lines)]
    (when-not (= "ready lab" said)
      (throw (ex-info (str "lab obey says " said) {})))
    {:id id :directory directory :process process :lines lines :out (io/writer (.getOutputStream process))}))

(defn detach! [{:keys [^Process process]}]
  (.destroyForcibly process))

(defn command!
  "Runs `lab VERB ARGS`; throws with what it said if it failed."
  [{:keys [^BufferedReader lines ^Writer out]} verb & args]
  (locking lines
    (.write out (str (string/join " " (cons verb args)) "\n"))
    (.flush out)
    (loop [said []]
      (let [line (.readLine lines)]
        (cond
          (= "ended 0" line) (string/join "\n" said)
          (or (nil? line) (string/starts-with? line "ended "))
          (throw (ex-info (str "lab " verb " " (string/join " " args) " " line ": "
                               (string/join "\n" said))
                          {}))
          :else (recur (conj said line)))))))

(defn status [lab]
  (json/read-str (command! lab "status" "--json") :key-fn keyword))

(defn host [status name]
  (get-in status [:hosts (keyword name)]))

(defn namespace-of [status name]
  (:namespace (host status name)))

(defn names-of
  "Names of the hosts of a role, such as \"CLIENT\"."
  [status role]
  (->> (:hosts status)
       (filter (fn [[_ host]] (= role (:role host))))
       (map (comp name key))
       sort))

(defn address-of [status name]
  (:address (host status name)))

(defn ends-of
  "HOST:PORT of a host, by IPv4 and by IPv6."
  [status name port]
  [(str (address-of status name) ":" port)
   (str "[" (get-in (host status name) [:links 0 :ipv6]) "]:" port)])

(defn tenant-of
  "The tenant in whose VPC a client is."
  [status client]
  (first (filter #(some #{client} (:clients %)) (get-in status [:state :tenants]))))

(defn kill!
  "kill -9 of a process, past the one that obeys: it may be busy waiting for this very process."
  [status name]
  (let [state (json/read-str (slurp (io/file (get-in status [:state :directory]) "state.json")) :key-fn keyword)
        pid (:pid (first (filter #(= name (:name %)) (:processes state))))]
    (shell/sh "kill" "-9" (str pid))))

(defn inside!
  "Runs words inside a host and answers their output; throws if they fail."
  [status name & words]
  (let [{:keys [exit out err]}
        (apply shell/sh "ip" "netns" "exec" (namespace-of status name) words)]
    (when-not (zero? exit)
      (throw (ex-info (str name ": " (string/join " " words) " ended with " exit ": " err out) {})))
    out))

(defn start-inside
  "Starts words inside a host's namespace; its errors go to the file `log`, its output to `output`
  if there is one, else it is read by the caller."
  (^Process [status name words log] (start-inside status name words log nil))
  (^Process [status name words log output]
   (let [builder (ProcessBuilder. ^List (into ["ip" "netns" "exec" (namespace-of status name)] words))]
     ;; `lab down` ends what is marked, should this process not live to do it.
     (.put (.environment builder) "SALLYPORT_LAB" (string/replace (namespace-of status name) #"-.*" "-"))
     (.redirectError builder (ProcessBuilder$Redirect/appendTo (io/file log)))
     (when output
       (.redirectOutput builder (ProcessBuilder$Redirect/to (io/file output))))
     (.start builder))))

(defn start-java-inside
  ^Process [status name main log & args]
  (start-inside status name (java-command main args) log))

(defn- management [status node path]
  (let [{:keys [exit out]}
        (shell/sh "ip" "netns" "exec" (namespace-of status node)
                  "curl" "-sS" "--noproxy" "*" "--max-time" "2" (str (:management (host status node)) path))]
    (when (zero? exit) out)))

(defn node-status
  "What a gateway node or a store says of itself, or nil where it is silent."
  [status node]
  (some-> (management status node "/status") (json/read-str :key-fn keyword)))

(defn drops
  "Packets that a gateway node has dropped, by reason; nil where it is silent."
  [status node]
  (some->> (management status node "/metrics")
           (re-seq #"sallyport_drops_total\{[^}]*reason=\"([a-z_]+)\"[^}]*\} ([0-9.E+]+)")
           (into {} (map (fn [[_ reason n]] [reason (long (parse-double n))])))))

(defn settled?
  "Whether these gateway nodes are members of one settled epoch and forward."
  [status nodes]
  (let [said (map #(node-status status %) nodes)]
    (and (every? #(and (:settled %) (:carrying %)) said)
         (apply = (map :epoch said)))))

(defn await-settled!
  "Whether they came to be so within `ms`."
  [status nodes ms]
  (let [until (+ (System/nanoTime) (* 1000000 (long ms)))]
    (loop []
      (cond
        (settled? status nodes) true
        (> (System/nanoTime) until) false
        :else (do (Thread/sleep 100) (recur))))))

(defn leader
  "The store that leads, by its own word; some store where none does."
  [status]
  (let [stores (names-of status "STORE")]
    (or (first (filter #(= "leader" (some-> (node-status status %) :role string/lower-case)) stores))
        (first stores))))
