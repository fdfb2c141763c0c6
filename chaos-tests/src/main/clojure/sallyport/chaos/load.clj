(ns sallyport.chaos.load
  "What the clients of a workload do. Workers of odd numbers speak IPv6."
  (:require [sallyport.chaos.client :as client])
  (:import (java.util Random)))

(def port 9003)

(defn- target [{:keys [to]} process]
  (nth to (mod (long process) (count to))))

(defn going-on?
  "until: an atom of nanoTime; the nemesis puts it off while it strikes."
  [{:keys [until]}]
  (< (System/nanoTime) (long @until)))

(defn open! [{:keys [recorder] :as run} hands process id patience-ms]
  (client/recorded! recorder process :open {:id id}
                    #(client/open! hands id (target run process) patience-ms)))

(defn close! [{:keys [recorder]} hands process id]
  (client/recorded! recorder process :close {:id id} #(client/close! hands id)))

(defn talk!
  "Holds one connection and says a word there and back all the time, until one is lost."
  [{:keys [recorder] :as run} hands process _seed]
  (let [id (str process)]
    (when (= :ok (:type (open! run hands process id 10000)))
      (loop [n 0]
        (when (going-on? run)
          (let [said (client/recorded! recorder process :say {:id id :n n}
                                       #(client/say! hands id (str id "." n) 20000))]
            (Thread/sleep 40)
            (when (= :ok (:type said)) (recur (inc n))))))
      (close! run hands process id))))

(defn turn-over
  "A worker that opens while it holds fewer than `most`, else closes one at random, and rests
  between as long as `rest-ms` at most. An open that is not answered within `patience-ms` is
  unknown."
  [{:keys [most rest-ms patience-ms]}]
  (fn [run hands process seed]
    (let [rng (Random. seed)
          close-one! (fn [held]
                       (let [id (nth (vec held) (.nextInt rng (count held)))]
                         (close! run hands process id)
                         (disj held id)))]
      (loop [held #{} next-id 0]
        (if (going-on? run)
          (let [close? (or (>= (count held) (long most))
                           (and (seq held) (< (.nextDouble rng) 0.35)))
                id (str process "-" next-id)
                held (cond
                       close? (close-one! held)
                       (= :ok (:type (open! run hands process id patience-ms))) (conj held id)
                       :else held)]
            (Thread/sleep (long (.nextInt rng (int rest-ms))))
            (recur held (inc next-id)))
          (run! #(close! run hands process %) held))))))
