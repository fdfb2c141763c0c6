(ns sallyport.chaos.lab
  "The lab as a black box: its own commands, and what `lab status --json` says of it."
  (:require [clojure.data.json :as json]
            [clojure.java.io :as io]
            [clojure.java.shell :as shell]
            [clojure.string :as string])
  (:import (java.lang ProcessBuilder$Redirect)
           (java.util List)))

(defn- java-command
  [main args]
  (into [(str (System/getProperty "java.home") "/bin/java")
         (str "-Dsallyport.home=" (System/getProperty "sallyport.home" (System/getProperty "user.dir")))
         (str "-Dsallyport.uid=" (System/getProperty "sallyport.uid" "0"))
         "-XX:TieredStopAtLevel=1" "-XX:+UseSerialGC" "-Xshare:auto"
         "-cp" (System/getProperty "java.class.path") main]
        args))

(defn command!
  "Runs `lab VERB ARGS` against a lab {:id :directory}; throws with what it said if it failed."
  [{:keys [id directory]} verb & args]
  (let [place (cond-> ["--id" id] directory (conj "--directory" directory))
        words (java-command "io.sallyport.lab.Main" (concat ["lab" verb] place args))
        {:keys [exit out err]} (apply shell/sh words)]
    (when-not (zero? exit)
      (throw (ex-info (str "lab " verb " " (string/join " " args) " ended with " exit ": " err out)
                      {:exit exit})))
    out))

(defn status [lab]
  (json/read-str (command! lab "status" "--json") :key-fn keyword))

(defn namespace-of [status host]
  (get-in status [:hosts (keyword host) :namespace]))

(defn names-of
  "Names of the hosts of a role, such as \"CLIENT\"."
  [status role]
  (->> (:hosts status)
       (filter (fn [[_ host]] (= role (:role host))))
       (map (comp name key))
       sort))

(defn address-of [status host]
  (get-in status [:hosts (keyword host) :address]))

(defn start-inside
  "Starts words inside a host's namespace; its errors go to the file `log`, its output to `output`
  if there is one, else it is read by the caller."
  (^Process [status host words log] (start-inside status host words log nil))
  (^Process [status host words log output]
   (let [builder (ProcessBuilder. ^List (into ["ip" "netns" "exec" (namespace-of status host)] words))]
     (.redirectError builder (ProcessBuilder$Redirect/appendTo (io/file log)))
     (when output
       (.redirectOutput builder (ProcessBuilder$Redirect/to (io/file output))))
     (.start builder))))

(defn start-java-inside ^Process [status host main log]
  (start-inside status host (java-command main []) log))
