(ns sallyport.chaos.checker.horizon
  "A node that nobody hears stops at its horizon.

  How.
    1. At the router's end of each node's outside link every packet that leaves from an elastic IP
       is taken, with its time.
    2. For each strike that left a node without anybody who hears and answers it (cut off from all
       stores and all peers, or one way, or with a store that has no majority): between horizon-s
       and margin after the cut (recorded when it was in force, so a little late, which is to the
       node's favour) and the beginning of the heal none may have left it.
    3. A cut behind which nothing left the node at all proves nothing; `lasting` counts those that
       were followed by packets. One at least is asked for.
  Blind spots: packets into the VPC, which go by another link; a node that stops too early, which
  is seen as lost words instead; strikes healed before the horizon.")

(def horizon-s 15)
(def margin-ms 500)

(defn check
  "strikes: of kinds that leave a node alone, :value [[node ...]]; times: {node [us ...]}."
  [strikes times]
  (let [looked (for [{:keys [value from-us to-us]} strikes
                     :let [node (ffirst value)
                           limit (+ (long from-us) (* 1000000 (long horizon-s)) (* 1000 (long margin-ms)))
                           after (filter #(< (long from-us) (long %) (long to-us)) (times node))]]
                 {:node node
                  :from-us from-us
                  :long-enough? (< limit (long to-us))
                  :packets (count after)
                  :last-after-ms (when (seq after)
                                   (quot (- (long (last after)) (long from-us)) 1000))
                  :late (count (filter #(< limit (long %)) after))})
        judged (filter :long-enough? looked)]
    {:valid? (and (every? #(zero? (long (:late %))) judged)
                  (or (empty? judged) (boolean (some #(pos? (long (:packets %))) judged))))
     :judged (count judged)
     :cuts (vec looked)}))
