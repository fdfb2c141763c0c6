(ns sallyport.chaos.history
  "What was asked and what came back, in Jepsen's form: a vector of operations
  {:index :time :process :type :f :value}. :type is :invoke, then :ok (it happened), :fail (it
  definitely did not) or :info (nobody knows; the nemesis' own deeds are :info too). Times are
  nanoseconds since the start."
  (:require [clojure.java.io :as io]))

(defn recorder
  "A recorder that appends operations as they happen, from any thread."
  []
  {:start (System/nanoTime) :ops (atom [])})

(defn record!
  "Appends an operation and gives it its index and time."
  [{:keys [start ops]} op]
  (let [time (- (System/nanoTime) (long start))]
    (peek (swap! ops (fn [all] (conj all (assoc op :index (count all) :time time)))))))

(defn history [recorder] @(:ops recorder))

(defn write!
  "One operation a line, so that a history can be read back and stepped through."
  [file ops]
  (with-open [out (io/writer file)]
    (doseq [op ops]
      (.write out (prn-str op)))))
