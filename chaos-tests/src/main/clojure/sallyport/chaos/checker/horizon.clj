(ns sallyport.chaos.checker.horizon
  "A node that nobody hears stops at its horizon.

  How.
    1. At the router's end of each node's outside link every packet that leaves from an elastic IP
       is taken, with its time.
    2. For each strike that cut a node off from all stores and all peers, both ways: between
       horizon-s and margin after the cut (recorded when it was in force, so a little late, which is
       to the node's favour) and the beginning of the heal none may have left it.
    3. A cut behind which nothing left the node at all proves nothing; `lasting` counts those that
       were followed by packets. One at least is asked for.
  Blind spots: packets into the VPC, which go by another link; a node that stops too early, which
  is seen as lost words instead; strikes healed before the horizon.")

(def horizon-s 15)
(def margin-ms 500)

(defn check
  "strikes: of kinds that cut a node off from everybody, :value [[node ...]]; packets: {node [...]}."
  [strikes packets]
  (let [looked (for [{:keys [value from-us to-us]} strikes
                     :let [node (ffirst value)
                           limit (+ (long from-us) (* 1000000 (long horizon-s)) (* 1000 (long margin-ms)))
                           after (filter #(< (long from-us) (long (:time-us %)) (long to-us)) (packets node))]]
                 {:node node
                  :from-us from-us
                  :long-enough? (< limit (long to-us))
                  :packets (count after)
                  :last-after-ms (when (seq after)
                                   (quot (- (long (:time-us (last after))) (long from-us)) 1000))
                  :late (count (filter #(< limit (long (:time-us %))) after))})
        judged (filter :long-enough? looked)]
    {:valid? (and (every? #(zero? (long (:late %))) judged)
                  (or (empty? judged) (boolean (some #(pos? (long (:packets %))) judged))))
     :judged (count judged)
     :cuts (vec looked)}))
