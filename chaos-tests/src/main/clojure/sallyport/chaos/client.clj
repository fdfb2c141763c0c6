(ns sallyport.chaos.client
  "Connections from inside a client's namespace, by an Opener process each client. An answer is
  definite (:ok, :fail) or unknown (:info): a connect that was refused was never a connection; one
  that timed out may be half of one."
  (:require [clojure.java.io :as io]
            [clojure.string :as string]
            [sallyport.chaos.history :as history]
            [sallyport.chaos.lab :as lab])
  (:import (java.io BufferedReader Writer)))

(defn- listen
  "Delivers each answer line to the promise of its id."
  [^BufferedReader lines waiting]
  (loop []
    (when-let [line (.readLine lines)]
      (let [[word id & rest] (string/split line #" ")]
        (when-let [answer (get @waiting id)]
          (swap! waiting dissoc id)
          (deliver answer (into [(keyword word)] rest))))
      (recur))))

(defn open-hands!
  "Starts an Opener in a client's namespace."
  [status host log]
  (let [process (lab/start-java-inside status host "io.sallyport.lab.Opener" log)
        lines (io/reader (.getInputStream process))
        waiting (atom {})]
    (when-not (= "ready opener" (.readLine ^BufferedReader lines))
      (throw (ex-info (str "no opener in " host "; see " log) {})))
    (doto (Thread. ^Runnable #(listen lines waiting) (str "opener-" host))
      (.setDaemon true)
      (.start))
    {:host host :process process :out (io/writer (.getOutputStream process)) :waiting waiting}))

(defn close-hands! [{:keys [^Process process]}]
  (.destroyForcibly process))

(defn- ask!
  "Sends a command and waits for its answer, a little longer than the client itself does."
  [{:keys [^Writer out waiting]} patience-ms verb id & words]
  (let [answer (promise)]
    (swap! waiting assoc id answer)
    (locking out
      (.write out (str (string/join " " (concat [verb id] words)) "\n"))
      (.flush out))
    (deref answer (+ patience-ms 5000) [:unknown "no-answer"])))

(defn open!
  "Opens connection `id`. :value is the outside end that the server saw."
  [hands id to patience-ms]
  (let [[word a b] (ask! hands patience-ms "open" id to (str patience-ms))]
    (case word
      :opened {:type :ok :outside [a (parse-long b)]}
      :failed {:type :fail :error a}
      {:type :info :error a})))

(defn say!
  "A word there and back over connection `id`."
  [hands id text patience-ms]
  (let [[word why] (ask! hands patience-ms "say" id (str patience-ms) text)]
    (if (= word :said) {:type :ok} {:type :fail :error why})))

(defn close! [hands id]
  (ask! hands 1000 "close" id)
  {:type :ok})

(defn recorded!
  "An operation as two lines of the history: asked, and what `act` answers of it."
  [recorder process f value act]
  (history/record! recorder {:process process :type :invoke :f f :value value})
  (let [{:keys [type error] :as answer} (act)]
    (history/record! recorder (cond-> {:process process :type type :f f
                                       :value (merge value (dissoc answer :type :error))}
                                error (assoc :error error)))
    answer))

(defn crew
  "A crew of `n` workers for each client: (worker run hands process seed), process and seed being
  its own. `first-process` keeps crews of one run apart."
  ([n worker] (crew n worker 0))
  ([n worker first-process]
   (fn [{:keys [hands seed] :as run}]
     (doall (for [[h hand] (map-indexed vector hands)
                  w (range n)
                  :let [process (+ (long first-process) (* h (long n)) (long w))]]
              #(worker run hand process (+ (long seed) process)))))))
