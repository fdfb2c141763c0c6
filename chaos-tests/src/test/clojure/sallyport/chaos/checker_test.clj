(ns sallyport.chaos.checker-test
  "The checkers against histories that are good and histories that are bad."
  (:require [clojure.test :refer [deftest is testing]]
            [sallyport.chaos.checker :as checker]
            [sallyport.chaos.wire :as wire]))

(defn- history [& ops]
  (vec (map-indexed (fn [i [process type f value]]
                      {:index i :time (* 10 i) :process process :type type :f f :value value})
                    ops)))

(def reused-after-close
  (history [0 :invoke :open {:id "a"}]
           [0 :ok :open {:id "a" :outside ["203.0.113.1" 5000]}]
           [0 :invoke :close {:id "a"}]
           [0 :ok :close {:id "a"}]
           [1 :invoke :open {:id "b"}]
           [1 :ok :open {:id "b" :outside ["203.0.113.1" 5000]}]))

(def used-twice
  (history [0 :invoke :open {:id "a"}]
           [1 :invoke :open {:id "b"}]
           [0 :ok :open {:id "a" :outside ["203.0.113.1" 5000]}]
           [1 :ok :open {:id "b" :outside ["203.0.113.1" 5000]}]
           [0 :invoke :close {:id "a"}]
           [0 :ok :close {:id "a"}]))

(deftest a-port-used-again-after-its-close-is-fine
  (is (:valid? (checker/unique-in-history reused-after-close))))

(deftest a-port-used-by-two-at-once-is-found
  (let [verdict (checker/unique-in-history used-twice)]
    (is (not (:valid? verdict)))
    (is (= ["203.0.113.1" 5000] (:outside (first (:clashes verdict)))))))

(deftest an-open-that-nobody-heard-of-accuses-nobody
  (is (:valid? (checker/unique-in-history
                (history [0 :invoke :open {:id "a"}]
                         [0 :info :open {:id "a"}]
                         [1 :invoke :open {:id "b"}]
                         [1 :ok :open {:id "b" :outside ["203.0.113.1" 5000]}])))))

(defn- packets [& rows]
  (mapv (fn [[time-us from flags seqno]]
          (let [outside ["203.0.113.1" 5000] server ["198.51.100.11" 9003]]
            {:time-us time-us :flags (set flags) :seq seqno
             :source (if (= from :client) outside server)
             :target (if (= from :client) server outside)}))
        rows))

(deftest the-wire-knows-a-retransmitted-syn-from-a-second-connection
  (is (:valid? (checker/unique-on-the-wire
                (packets [0 :client "S" 7] [1000 :client "S" 7] [2000 :server "S." 9]) 9003)))
  (is (not (:valid? (checker/unique-on-the-wire
                     (packets [0 :client "S" 7] [1000 :client "S" 8]) 9003)))))

(deftest the-wire-lets-an-ended-connection-be-followed
  (testing "both sides closed"
    (is (:valid? (checker/unique-on-the-wire
                  (packets [0 :client "S" 7] [1 :server "S." 9] [2 :client "F." 8]
                           [3 :server "F." 10] [4 :client "S" 99]) 9003))))
  (testing "one side closed"
    (is (not (:valid? (checker/unique-on-the-wire
                       (packets [0 :client "S" 7] [1 :server "S." 9] [2 :client "F." 8]
                                [4 :client "S" 99]) 9003)))))
  (testing "reset"
    (is (:valid? (checker/unique-on-the-wire
                  (packets [0 :client "S" 7] [1 :server "R." 9] [2 :client "S" 99]) 9003)))))

(deftest a-reset-is-forgiven-where-both-sides-had-ended
  (let [ended [[0 :client "S" 7] [1 :server "S." 9] [2 :client "F." 8] [3 :server "F." 10]]
        judged (fn [& more] (checker/no-resets [] (apply packets (concat ended more))))]
    (is (= [] (:late (judged))))
    (testing "after both ends"
      (is (:valid? (judged [4 :server "R" 10])))
      (is (= 1 (count (:late (judged [4 :server "R" 10]))))))
    (testing "of the next stream of the same ends"
      (is (not (:valid? (judged [4 :client "S" 99] [5 :server "R" 100])))))
    (testing "of a stream that the run before had opened"
      (is (= [true 1] ((juxt :valid? (comp count :former))
                       (checker/no-resets [] (packets [0 :server "." 9] [1 :client "R" 7])))))
      (testing "but not where this run has its end"
        (is (not (:valid? (checker/no-resets
                           (history [:a :ok :open {:id "a" :outside ["203.0.113.1" 5000]}])
                           (packets [0 :server "." 9] [1 :client "R" 7])))))))
    (testing "after one end"
      (is (not (:valid? (checker/no-resets [] (packets [0 :client "S" 7] [1 :server "S." 9]
                                                       [2 :client "F." 8] [3 :server "R" 10]))))))
    (testing "in the middle"
      (is (not (:valid? (checker/no-resets [] (packets [0 :client "S" 7] [1 :server "S." 9]
                                                       [2 :server "R" 10]))))))))

(deftest an-old-end-that-the-history-still-holds-counts-for-ever
  (let [late (packets [0 :client "S" 7] [1 :server "S." 9] [60000000 :client "S" 99])]
    (is (:valid? (checker/unique-on-the-wire late 9003)))
    (is (not (:valid? (checker/unique-on-the-wire late 9003 (constantly true)))))))

(deftest what-the-history-holds-it-holds-between-open-and-close-only
  (let [at (fn [us op] (assoc op :at-us us))
        [a b c d] (history [0 :invoke :open {:id "a"}]
                           [0 :ok :open {:id "a" :outside ["203.0.113.1" 5000]}]
                           [0 :invoke :close {:id "a"}]
                           [0 :ok :close {:id "a"}])
        held? (checker/held-at [(at 0 a) (at 1000000 b) (at 9000000 c) (at 9100000 d)])]
    (is (held? ["203.0.113.1" 5000] 5000000))
    (is (not (held? ["203.0.113.1" 5001] 5000000)))
    (testing "not at its edges, where the clocks may disagree"
      (is (not (held? ["203.0.113.1" 5000] 1050000)))
      (is (not (held? ["203.0.113.1" 5000] 8950000))))))

(deftest a-strike-lasts-until-its-healing-begins
  (let [struck (checker/strikes (history [:nemesis :info "ring" 1] [:nemesis :info "loss" 2]
                                         [:nemesis :info "healing ring" 1] [:nemesis :info "healed ring" 1]
                                         [:nemesis :info "settled" true]))]
    (is (= [["ring" 0 20] ["loss" 10 Long/MAX_VALUE]] (map (juxt :fault :from :to) struck)))))

(deftest an-inside-address-outside-is-a-leak
  (let [seen (packets [0 :client "S" 7])]
    (is (:valid? (checker/leaks seen #{"203.0.113.1"})))
    (is (not (:valid? (checker/leaks seen #{"198.51.100.11"}))))))

(deftest a-word-that-did-not-come-back-is-a-lost-connection
  (is (:valid? (checker/survived (history [0 :invoke :say {:id "a"}] [0 :ok :say {:id "a"}]))))
  (is (not (:valid? (checker/survived (history [0 :invoke :say {:id "a"}] [0 :fail :say {:id "a"}])))))
  (testing "saying nothing proves nothing"
    (is (not (:valid? (checker/survived []))))))

(deftest tcpdump-lines-become-packets
  (is (= {:time-us 1700000000123456 :source ["203.0.113.5" 4444] :target ["198.51.100.11" 9003]
          :flags #{\S} :seq 12345}
         (wire/packet (str "1700000000.123456 IP 203.0.113.5.4444 > 198.51.100.11.9003: Flags [S],"
                           " seq 12345, win 64240, options [mss 1400], length 0"))))
  (is (= #{\S \.}
         (:flags (wire/packet (str "1700000000.123456 IP6 2001:db8:51::11.9003 > 2001:db8:eee::1.80:"
                                   " Flags [S.], seq 5, ack 6, win 1, length 0")))))
  (testing "an IPv6 address is spelled as the servers spell it"
    (is (= ["2001:db8:51:0:0:0:0:11" 9003]
           (:source (wire/packet (str "1700000000.123456 IP6 2001:db8:51::11.9003 > 2001:db8:eee::1.80:"
                                      " Flags [S.], seq 5, ack 6, win 1, length 0"))))))
  (testing "a datagram has no flags"
    (is (= #{} (:flags (wire/packet "1700000000.123456 IP 203.0.113.5.4444 > 198.51.100.11.9101: UDP, length 5")))))
  (is (nil? (wire/packet "tcpdump: listening on any"))))

(deftest a-node-that-ends-by-itself-is-excused-by-a-fault-that-lasted-until-its-horizon
  (let [second 1000000000
        told (fn [& rows]
               (mapv (fn [[s process f value]] {:time (* s second) :at-us (* s 1000000) :process process
                                                :type :info :f f :value value})
                     rows))
        after (fn [seconds & more]
                (checker/ended-by-itself
                 (apply told [0 :nemesis "split" ["gw-1"]] [seconds :nemesis "healing split" ["gw-1"]] more)
                 {"split" 1 "loss" 0}))]
    (is (= ["gw-1"] (:fenced (after 20 [21 :supervisor :restart ["gw-1"]]))))
    (is (:valid? (after 20 [21 :supervisor :restart ["gw-1"]])))
    (is (not (:valid? (after 8 [9 :supervisor :restart ["gw-1"]]))))
    (testing "not what came after all had settled"
      (is (not (:valid? (after 20 [25 :nemesis "settled" true] [26 :supervisor :restart ["gw-1"]])))))
    (testing "nor behind a fault that takes no node"
      (is (not (:valid? (checker/ended-by-itself
                         (told [0 :nemesis "loss" []] [20 :nemesis "healing loss" []]
                               [21 :supervisor :restart ["gw-1"]])
                         {"loss" 0})))))))
