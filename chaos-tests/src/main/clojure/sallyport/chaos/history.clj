(ns sallyport.chaos.history
  "What was asked and what came back, in Jepsen's form: a vector of operations
  {:index :time :process :type :f :value}. :type is :invoke, then :ok (it happened), :fail (it
  definitely did not) or :info (nobody knows; the nemesis' own deeds are :info too). Times are
  nanoseconds since the start. :at-us is the wall clock in microseconds, as packets have it; it is
  the clock at the start and what passed since, so nobody who sets the clock disorders it."
  (:require [clojure.java.io :as io]))

(defn recorder
  "A recorder that appends operations as they happen, from any thread."
  []
  {:start (System/nanoTime) :start-us (* 1000 (System/currentTimeMillis)) :ops (atom [])})

(defn record!
  "Appends an operation and gives it its index and times."
  [{:keys [start start-us ops]} op]
  (let [time (- (System/nanoTime) (long start))
        op (assoc op :time time :at-us (+ (long start-us) (quot time 1000)))]
    (peek (swap! ops (fn [all] (conj all (assoc op :index (count all))))))))

(defn history [recorder] @(:ops recorder))

(defn completions
  "Pairs each invocation with the operation that completed it, or with nil: {:invoke :complete}."
  [history]
  (loop [ops history pending {} pairs []]
    (if-let [op (first ops)]
      (if (= :invoke (:type op))
        (recur (rest ops) (assoc pending (:process op) op) pairs)
        (if-let [invoke (get pending (:process op))]
          (recur (rest ops) (dissoc pending (:process op)) (conj pairs {:invoke invoke :complete op}))
          (recur (rest ops) pending pairs)))
      (into pairs (map (fn [op] {:invoke op :complete nil}) (vals pending))))))

(defn write!
  "One operation a line, so that a history can be read back and stepped through."
  [file ops]
  (with-open [out (io/writer file)]
    (doseq [op ops]
      (.write out (prn-str op)))))
