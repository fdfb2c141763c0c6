(ns sallyport.chaos.nemesis-test
  "What is chosen by a seed is chosen again by it, and a promise is not tried beyond what it says."
  (:require [clojure.test :refer [deftest is testing]]
            [sallyport.chaos.checker :as checker]
            [sallyport.chaos.main :as main]
            [sallyport.chaos.nemesis :as nemesis]
            [sallyport.chaos.run :as run]
            [sallyport.chaos.suite :as suite]
            [sallyport.chaos.workloads :as workloads]))

(def hosts {:gateways ["gw-1" "gw-2" "gw-3"] :stores ["store-1" "store-2" "store-3"]})

(defn- planned [names seed]
  (take 40 (nemesis/plan {:names names :hosts hosts :seed seed :harm-ms 3000 :quiet-ms 1000})))

(deftest a-seed-repeats-its-choices
  (let [names (keys nemesis/faults)]
    (is (= (planned names 7) (planned names 7)))
    (is (not= (planned names 7) (planned names 8)))))

(deftest every-named-fault-strikes-before-chance-begins
  (let [names ["kill-store" "loss+kill-gateway" "ring"]]
    (is (= names (map :name (take 3 (planned names 1)))))
    (is (= 2 (count (:choices (second (planned names 1))))))))

(deftest a-fault-lasts-as-long-as-makes-sense-of-it
  (is (= 3000 (:harm-ms (first (planned ["kill-gateway"] 1)))))
  (is (= 20000 (:harm-ms (first (planned ["kill-gateway+split-gateway"] 1))))))

(deftest a-cut-names-nobody-as-his-own-other
  (doseq [name (keys nemesis/cuts)
          {:keys [choices]} (planned [name] 3)
          [one others] (first choices)]
    (is (seq others) name)
    (is (not-any? #{one} others) name)))

(deftest the-names-of-the-table-are-faults-that-suit-it
  (doseq [{:keys [faults may] :as workload} workloads/all]
    (is (nil? (workloads/refusal workload (concat faults may))) (:name workload))
    (is (some? (run/plan-of workload faults hosts 1 60000)))))

(deftest a-promise-is-not-tried-beyond-what-it-says
  (let [surviving (workloads/by-name "surviving-connections")]
    (is (nil? (workloads/refusal surviving ["kill-gateway+kill-leader"])))
    (is (some? (workloads/refusal surviving ["kill-two-gateways"])))
    (is (some? (workloads/refusal surviving ["kill-gateway+box-gone"])))
    (is (some? (workloads/refusal surviving ["kill-everything"])))))

(deftest a-suite-plans-each-workload-once-and-repeats-itself
  (let [plan #(map (fn [run] (update run :workload :name)) (take 20 (suite/runs % 30)))]
    (is (= (plan 5) (plan 5)))
    (is (= (set (map :name workloads/all)) (set (map :workload (take (count workloads/all) (plan 5))))))
    (testing "some run has more than one fault"
      (is (some #(> (count (:faults %)) 1) (plan 5))))))

(deftest a-suite-has-room-for-each-workload-and-for-its-longest-fault
  (let [once (take (count workloads/all) (suite/runs 5 7))]
    (is (<= (reduce + (map :seconds once)) 420))
    (doseq [{:keys [workload seconds]} once
            fault (concat (:faults workload) (:may workload))
            seed (range 20)
            :let [{:keys [harm-ms quiet-ms]} (first (run/plan-of workload [fault] hosts seed (* 1000 seconds)))]]
      (is (< (+ harm-ms quiet-ms quiet-ms) (* 1000 seconds)) (str (:name workload) " " fault)))))

(deftest a-run-that-found-no-time-to-strike-is-refused
  (is (:valid? (checker/struck [] [])))
  (is (:valid? (checker/struck ["ring"] [{:name "ring"}])))
  (is (not (:valid? (checker/struck ["ring"] [])))))

(deftest wrong-usage-is-told
  (is (some? (main/complaint "run" {})))
  (is (some? (main/complaint "run" {:workload "unique-ports" :faults "nonsense"})))
  (is (nil? (main/complaint "run" {:workload "unique-ports" :faults "kill-store,ring"})))
  (is (nil? (main/complaint "run" {:workload "unique-ports" :faults "none"})))
  (is (some? (main/complaint "suite" {:workload "unique-ports"})))
  (is (nil? (main/complaint "suite" {:minutes 7.0})))
  (is (some? (main/complaint "suite" {:minutes 3.0})))
  (is (some? (main/complaint "walk" {}))))
