(ns sallyport.chaos.workload.surviving-connections
  "Long TCP connections that say a word there and back all the time, while one gateway node after
  the other is killed with -9 and started again. Promise A5: a connection outlives the death of any
  R-1 of its holders; not one word is lost and nothing is reset."
  (:require [sallyport.chaos.checker :as checker]
            [sallyport.chaos.client :as client]
            [sallyport.chaos.history :as history]))

(def port 9003)

(defn worker! [{:keys [recorder until to]} hands process _seed]
  (let [id (str process)
        _ (history/record! recorder {:process process :type :invoke :f :open :value {:id id}})
        {:keys [type outside error]} (client/open! hands id to 10000)]
    (history/record! recorder (cond-> {:process process :type type :f :open
                                       :value {:id id :outside outside}}
                                error (assoc :error error)))
    (when (= type :ok)
      (loop [n 0]
        (when (< (System/nanoTime) (long until))
          (history/record! recorder {:process process :type :invoke :f :say :value {:id id :n n}})
          (let [result (client/say! hands id (str id "." n) 20000)]
            (history/record! recorder (merge {:process process :f :say :value {:id id :n n}} result))
            (Thread/sleep 40)
            (when (= :ok (:type result)) (recur (inc n))))))
      (client/close! hands id))))

(defn- longest-silence-ms
  "The longest a word took there and back: what a death costs."
  [history]
  (let [starts (atom {})]
    (reduce (fn [longest {:keys [process type f time]}]
              (if (= f :say)
                (if (= type :invoke)
                  (do (swap! starts assoc process time) longest)
                  (max longest (quot (- time (get @starts process time)) 1000000)))
                longest))
            0 history)))

(defn check [history packets public?]
  (assoc (checker/all
          {:survived (checker/survived history)
           :opened (checker/progress history :open 1)
           :every-open (let [failed (filter #(and (= :open (:f %)) (#{:fail :info} (:type %))) history)]
                         {:valid? (empty? failed) :failed (vec (take 10 failed))})
           :resets (let [resets (filter #((:flags %) \R) packets)]
                     {:valid? (empty? resets) :resets (vec (take 10 resets))})
           :leaks (checker/leaks packets public?)})
         :longest-silence-ms (longest-silence-ms history)))

(def workload
  {:name "surviving-connections"
   :port port
   :workers-per-client 10
   :worker worker!
   :check check
   :faults ["kill-gateway"]
   :harm-ms 5000
   :quiet-ms 6000})
