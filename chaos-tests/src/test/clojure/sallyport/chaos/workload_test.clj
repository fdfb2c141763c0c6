(ns sallyport.chaos.workload-test
  "Each workload's own checker against a history that keeps its promise, and against the same one
  doctored so that it does not."
  (:require [clojure.test :refer [deftest is testing]]
            [sallyport.chaos.checker :as checker]
            [sallyport.chaos.workloads :as workloads]))

(defn- history
  "Rows [process type f value], 100 ms apart, or [ms process type f value]."
  [& rows]
  (vec (map-indexed (fn [i row]
                      (let [[ms process type f value] (if (number? (first row)) row (cons (* 100 i) row))]
                        {:index i :time (* 1000000 ms) :at-us (* 1000 ms)
                         :process process :type type :f f :value value}))
                    rows)))

(defn- verdict [name arguments]
  (checker/all ((:check (workloads/by-name name))
                (merge {:packets [] :public? (constantly true) :least (constantly 1)} arguments))))

(defn- valid? [name & {:as arguments}]
  (:valid? (verdict name arguments)))

(def end ["203.0.113.1" 5000])

(def talk
  [[:a :invoke :open {:id "a"}] [:a :ok :open {:id "a" :outside end}]
   [:a :invoke :say {:id "a"}] [:a :ok :say {:id "a"}]])

(def lost-word [[:a :invoke :say {:id "a"}] [:a :fail :say {:id "a"}]])
(def same-end [[:b :invoke :open {:id "b"}] [:b :ok :open {:id "b" :outside end}]])
(def reset [{:time-us 1 :flags #{\R} :source end :target ["198.51.100.11" 9003]}])

(deftest unique-ports-refuses-an-end-used-twice
  (is (valid? "unique-ports" :history (apply history talk)))
  (is (not (valid? "unique-ports" :history (apply history (concat talk same-end)))))
  (testing "and one that opened nothing"
    (is (not (valid? "unique-ports" :history [])))))

(deftest surviving-connections-refuses-a-lost-word-a-reset-and-an-open-that-failed
  (is (valid? "surviving-connections" :history (apply history talk)))
  (is (not (valid? "surviving-connections" :history (apply history (concat talk lost-word)))))
  (is (not (valid? "surviving-connections" :history (apply history talk) :packets reset)))
  (is (not (valid? "surviving-connections"
                   :history (apply history (concat talk [[:b :invoke :open {:id "b"}]
                                                         [:b :info :open {:id "b"}]]))))))

(deftest node-churn-refuses-all-of-these
  (is (valid? "node-churn" :history (apply history talk)))
  (is (not (valid? "node-churn" :history (apply history (concat talk lost-word)))))
  (is (not (valid? "node-churn" :history (apply history (concat talk same-end)))))
  (is (not (valid? "node-churn"
                   :history (apply history (concat talk [[:b :invoke :open {:id "b"}]
                                                         [:b :fail :open {:id "b"}]]))))))

(deftest client-move-refuses-a-lost-word-and-a-client-that-stayed
  (let [move [[:migration :invoke :migrate {:n 0}] [:migration :ok :migrate {:n 0}]]]
    (is (valid? "client-move" :history (apply history (concat talk move))))
    (is (not (valid? "client-move" :history (apply history (concat talk move lost-word)))))
    (is (not (valid? "client-move" :history (apply history (concat talk move)) :packets reset)))
    (is (not (valid? "client-move" :history (apply history talk))))))

(defn- heard [ms id port]
  [ms :ear :info :heard {:id id :outside ["203.0.113.1" port]}])

(deftest open-once-refuses-a-tuple-with-two-ends-and-an-end-with-two-tuples
  (is (valid? "open-once" :history (history (heard 0 "a" 1) (heard 1 "a" 1) (heard 2 "b" 2))))
  (is (not (valid? "open-once" :history (history (heard 0 "a" 1) (heard 1 "a" 2)))))
  (is (not (valid? "open-once" :history (history (heard 0 "a" 1) (heard 1 "b" 1) (heard 2 "a" 1)))))
  (testing "an end that another uses later is none of these"
    (is (valid? "open-once" :history (history (heard 0 "a" 1) (heard 1 "b" 1) (heard 2 "b" 1)))))
  (testing "nor is a twin while nodes did not see each other, but it is told"
    (let [twins (history [0 :nemesis :info "cut-gateways" [["gw-1" ["gw-2"]]]]
                         (heard 1000 "a" 1) (heard 1001 "a" 2)
                         [3000 :nemesis :info "healing cut-gateways" [["gw-1" ["gw-2"]]]])]
      (is (valid? "open-once" :history twins))
      (is (= 1 (get-in (verdict "open-once" {:history twins}) [:once :twins-while-parted])))))
  (testing "a death is no such excuse, and neither is a cut that is long past"
    (is (not (valid? "open-once" :history (history [0 :nemesis :info "kill-gateway" ["gw-1"]]
                                                   (heard 1000 "a" 1) (heard 1001 "a" 2)))))
    (is (not (valid? "open-once" :history (history [0 :nemesis :info "cut-gateways" []]
                                                   [1000 :nemesis :info "healing cut-gateways" []]
                                                   (heard 7000 "a" 1) (heard 7001 "a" 2)))))))

(defn- asked [ms n letter] [ms :mover :invoke :move {:n n :letter letter}])
(defn- answered [ms n letter] [ms :mover :ok :move {:n n :letter letter}])
(defn- turn [ms letter] [ms :ear :info :turn {:letter letter}])

(deftest eip-move-refuses-an-owner-that-was-heard-out-of-its-turn
  (let [moved [(asked 0 0 "P") (answered 10 0 "P") (turn 20 "P")
               (asked 1000 1 "Q") (answered 1010 1 "Q") (turn 1020 "Q")]]
    (is (valid? "eip-move" :history (apply history moved)))
    (testing "the former owner again"
      (is (not (valid? "eip-move" :history (apply history (concat moved [(turn 1030 "P")]))))))
    (testing "unless a move back was asked for"
      (is (valid? "eip-move" :history (apply history (concat moved [(asked 1025 2 "P") (turn 1030 "P")])))))
    (testing "before it was asked for"
      (is (not (valid? "eip-move" :history (apply history (concat moved [(turn 1024 "P") (asked 1025 2 "P")]))))))
    (testing "a new owner that is never heard"
      (is (not (valid? "eip-move" :history (apply history (concat moved [(asked 2000 2 "R") (answered 2010 2 "R")
                                                                         [20000 :ear :info :end nil]]))))))
    (testing "a move that the API refused"
      (is (not (valid? "eip-move" :history (apply history (concat moved [(asked 2000 2 "R")
                                                                         [2010 :mover :fail :move {:n 2 :letter "R"}]]))))))))

(defn- from-node
  "A packet left it, at a time in us."
  [ms] (* 1000 ms))

(defn- struck [fault]
  (apply history (concat (map (fn [row] (into [0] row)) talk)
                         [[1000 :nemesis :info fault [["gw-1" ["store-1" "gw-2"]]]]
                          [21000 :nemesis :info (str "healing " fault) [["gw-1" ["store-1" "gw-2"]]]]])))

(def cut-off (struck "split-gateway"))

(deftest split-brain-refuses-a-node-that-goes-on-beyond-its-horizon
  (let [judged (fn [history & packets]
                 (valid? "split-brain" :history history :seen {:from-nodes {"gw-1" (vec packets)}}))]
    (is (judged cut-off (from-node 2000) (from-node 15900)))
    (doseq [alone ["split-gateway" "mute-gateway" "deaf-gateway" "split-minority"]]
      (is (not (judged (struck alone) (from-node 2000) (from-node 16600))) alone))
    (testing "who is heard may go on"
      (is (judged (struck "cut-gateway-stores") (from-node 2000) (from-node 16600))))
    (testing "a word lost in a ring of cuts is a figure, one lost before is not"
      (let [ring (fn [ms] (into (struck "ring") (apply history (map #(into [ms] %) lost-word))))]
        (is (judged (ring 22000)))
        (is (not (judged (ring 500))))
        (is (not (judged (ring 40000))))))
    (testing "after the heal it may"
      (is (judged cut-off (from-node 2000) (from-node 22000))))
    (testing "a node through which nothing went proves nothing"
      (is (not (judged cut-off))))
    (testing "an end used twice, a lost word"
      (is (not (judged (into cut-off (apply history (map #(into [22000] %) same-end))) (from-node 2000))))
      (is (not (judged (into cut-off (apply history (map #(into [22000] %) lost-word))) (from-node 2000)))))))

(defn- drops [ms n] [ms :observer :info :drops {"gw-1" {"store_silent" n}}])
(defn- op [f ms type id]
  [[ms id :invoke f {:id id}] [(+ ms 50) id type f (cond-> {:id id} (= :open f) (assoc :outside [id 1]))]])

(defn- outage-with [& rows]
  (apply history (sort-by first (concat (map (fn [row] (into [0] row)) talk)
                                        (op :cold 100 :ok "c0")
                                        [(drops 500 0)
                                         [1000 :nemesis :info "kill-stores" ["store-1"]]
                                         (drops 5000 7)
                                         [9000 :nemesis :info "healing kill-stores" ["store-1"]]
                                         [10000 :nemesis :info "healed kill-stores" ["store-1"]]]
                                        (apply concat rows)))))

(deftest whole-store-loss-refuses-an-outage-that-is-felt-where-it-must-not-be
  (let [warm (op :open 3000 :ok "w1")
        refused (op :cold 4000 :info "c1")
        back (op :cold 11000 :ok "c2")]
    (is (valid? "whole-store-loss" :history (outage-with warm refused back)))
    (testing "a warm destination that did not open"
      (is (not (valid? "whole-store-loss" :history (outage-with warm (op :open 5000 :info "w2") refused back)))))
    (testing "one that hung until a node died, and one that still did then"
      (let [died [[8000 :nemesis :info "kill-gateway" ["gw-1"]]]
            hangs (fn [from to] [[from "w2" :invoke :open {:id "w2"}] [to "w2" :info :open {:id "w2"}]])]
        (is (not (valid? "whole-store-loss" :history (outage-with warm died (hangs 2000 8500) refused back))))
        (is (valid? "whole-store-loss" :history (outage-with warm died (hangs 7000 8500) refused back)))))
    (testing "but behind whatever takes a node that is a figure"
      (doseq [fault ["kill-gateway" "box-gone" "pause-gateway"]]
        (is (valid? "whole-store-loss"
                    :history (outage-with warm [[4500 :nemesis :info fault ["gw-1"]]]
                                          (op :open 5000 :info "w2") refused back))
            fault)))
    (testing "a cold one refused without the name"
      (is (not (valid? "whole-store-loss"
                       :history (vec (remove #(and (= :drops (:f %)) (= 5000000000 (:time %)))
                                             (outage-with warm refused back)))))))
    (testing "no cold one after the stores' return"
      (is (not (valid? "whole-store-loss" :history (outage-with warm refused))))
      (is (not (valid? "whole-store-loss" :history (outage-with warm refused (op :cold 40000 :ok "c2")))))
      (testing "nor where times are no verdict; a late one is enough there"
        (is (not (valid? "whole-store-loss" :untimed? true :history (outage-with warm refused))))
        (is (valid? "whole-store-loss" :untimed? true
                    :history (outage-with warm refused (op :cold 40000 :ok "c2"))))))
    (testing "a lost word"
      (is (not (valid? "whole-store-loss"
                       :history (outage-with warm refused back (map #(into [5000] %) lost-word))))))))

(deftest a-run-whose-nodes-do-not-settle-again-is-refused
  (is (:valid? (checker/settled (history [:nemesis :info "settled" true]))))
  (is (not (:valid? (checker/settled (history [:nemesis :info "settled" true] [:nemesis :info "settled" false]))))))
