(ns sallyport.chaos.checker
  "Judges a run. Each checker is a function of what was recorded and returns {:valid? ...}.

  unique-in-history: how.
    1. An open that is :ok says which outside end (EIP, port) the server saw.
    2. Such a connection is surely live from the completion of its open to the invocation of its
       close; nothing is assumed of the time before and behind that.
    3. Two connections to one destination whose surely-live times overlap must differ in their
       outside ends.
  It is sound: only certain times count, so it never cries without cause. It is blind to
  connections whose open nobody heard of (:info), and to overlaps at the edges; for those there is

  unique-on-the-wire: how.
    1. Packets are taken at the server's device, in order.
    2. A SYN with another initial sequence number than the last one of the same outside end starts
       a new connection there.
    3. That is a violation if the one before has neither been reset nor closed from both sides, and
       its SYN was seen less than half-open-us ago or its SYN was answered.
  Blind spots: a connection that the client's kernel gave up silently looks live for ever; hence
  answered connections that saw no close count only while the history holds them too (held-at).

  leaks: a source that is neither in the pool nor the server's own is an inside address outside.

  survived: every word said over a held connection came back. Blind to connections that nobody
  speaks over, and to what happens between two words.

  no-resets: a reset before both sides have sent their FIN ends somebody's stream. Blind to one that
  is lost before it comes to the server's device, and to one of a stream whose SYN tcpdump missed and
  whose client was never told that it is open.

  silence: how long words took there and back; a figure, no verdict."
  (:require [clojure.string :as string]
            [sallyport.chaos.history :as history]))

(defn live-times
  "The surely-live time of each connection: {:id :outside :from :to :from-us :to-us}."
  [history]
  (let [pairs (history/completions history)
        closed (into {} (for [{:keys [invoke]} pairs :when (= :close (:f invoke))]
                          [(get-in invoke [:value :id]) invoke]))]
    (for [{:keys [invoke complete]} pairs
          :when (and (= :open (:f invoke)) (= :ok (:type complete)))
          :let [id (get-in invoke [:value :id])]]
      {:id id
       :outside (get-in complete [:value :outside])
       :from (:time complete)
       :to (get-in closed [id :time] Long/MAX_VALUE)
       :from-us (:at-us complete)
       :to-us (get-in closed [id :at-us] Long/MAX_VALUE)})))

(defn unique-in-history [history]
  (let [clashes (for [[outside all] (group-by :outside (live-times history))
                      [a b] (partition 2 1 (sort-by :from all))
                      :when (< (:from b) (:to a))]
                  {:outside outside :first a :second b})]
    {:valid? (empty? clashes)
     :connections (count (live-times history))
     :outside-ends (count (distinct (map :outside (live-times history))))
     :clashes (vec (take 10 clashes))}))

(def clocks-us
  "How far the packets' clock and the history's may be apart."
  100000)

(defn held-at
  "Whether the history surely holds an outside end at a time: a predicate of (outside, us)."
  [history]
  (let [by-end (group-by :outside (live-times history))]
    (fn [outside us]
      (boolean (some (fn [{:keys [from-us to-us]}]
                       (and from-us
                            (< (+ (long from-us) (long clocks-us)) (long us))
                            (< (+ (long us) (long clocks-us)) (long to-us))))
                     (get by-end outside))))))

(def half-open-us 3000000)

(defn- step
  "The state of one outside end after one packet; :clash tells of a violation."
  [server-port state {:keys [flags time-us source target] :as packet}]
  (let [from-server? (= server-port (second source))]
    (cond
      (flags \R) (assoc state :over? true)
      (and (flags \S) (not (flags \.)) (not from-server?))
      (let [seen (:isn state)]
        (cond
          (= seen (:seq packet)) (assoc state :syn-us time-us)
          (and seen
               (not (:over? state))
               (or (:held? state) (< (- time-us (:syn-us state)) half-open-us)))
          {:isn (:seq packet) :syn-us time-us :held? (:held? state)
           :clash {:outside source :target target :at-us time-us
                   :isns [seen (:seq packet)]}}
          :else {:isn (:seq packet) :syn-us time-us}))
      (flags \F) (let [state (assoc state (if from-server? :server-fin :client-fin) true)]
                   (cond-> state
                     (and (:server-fin state) (:client-fin state)) (assoc :over? true)))
      (and (flags \S) (flags \.)) (assoc state :answered? true)
      :else state)))

(defn unique-on-the-wire
  "held?: a predicate of (outside, time in us) that says whether the history surely holds it then."
  ([packets server-port] (unique-on-the-wire packets server-port (constantly false)))
  ([packets server-port held?]
   (let [packets (filter (fn [{:keys [source target]}]
                           (some #{server-port} [(second source) (second target)]))
                         packets)
         [_ clashes syns]
         (reduce (fn [[ends clashes syns] {:keys [source target time-us flags] :as packet}]
                   (let [outside (if (= server-port (second source)) target source)
                         before (assoc (get ends outside {}) :held? (held? outside time-us))
                         after (step server-port before packet)]
                     [(assoc ends outside (dissoc after :clash))
                      (cond-> clashes (:clash after) (conj (:clash after)))
                      (cond-> syns (and (flags \S) (not (flags \.))) inc)]))
                 [{} [] 0] packets)]
     {:valid? (empty? clashes) :packets (count packets) :syns syns :clashes (vec (take 10 clashes))})))

(defn leaks
  "public?: whether an address may appear as a source at the server's device."
  [packets public?]
  (let [bad (remove #(public? (first (:source %))) packets)]
    {:valid? (empty? bad) :leaks (vec (take 10 bad))}))

(defn survived [history]
  (let [said (filter #(and (= :say (:f %)) (not= :invoke (:type %))) history)
        lost (remove #(= :ok (:type %)) said)]
    {:valid? (boolean (and (seq said) (empty? lost))) :said (count said) :lost (vec (take 10 lost))}))

(defn silence
  "How long words took, in ms."
  [history]
  (let [took (->> (history/completions history)
                  (filter (fn [{:keys [invoke complete]}] (and complete (= :say (:f invoke)))))
                  (mapv (fn [{:keys [invoke complete]}]
                          (quot (- (long (:time complete)) (long (:time invoke))) 1000000)))
                  sort
                  vec)]
    (when (seq took)
      {:p50 (nth took (quot (count took) 2))
       :p999 (nth took (min (dec (count took)) (quot (* 999 (count took)) 1000)))
       :worst (peek took)})))

(defn every
  "Every operation of these kinds that had an answer got what it asked for."
  [history fs]
  (let [failed (filter #(and (fs (:f %)) (#{:fail :info} (:type %))) history)]
    {:valid? (empty? failed) :failed (vec (take 10 failed))}))

(defn- kind-of-reset
  "What the reset that comes after these packets ends. ours: outside ends that this run opened.
  :former: a stream that is none of these and whose SYN nobody saw. All that a run promises of is
  opened behind its sniffer; those of the run before end with its clients' processes, and a box may
  say so late.
  :late: one of which both sides had sent their FIN: it is over. A segment that was said again and
  comes after the last ACK makes any TCP say so.
  :early: somebody's stream."
  [before ours {:keys [source target]}]
  (let [ends #{source target}
        [after-syn from-syn] (split-with (complement (fn [packet] ((:flags packet) \S)))
                                         (filter #(= ends (hash-set (:source %) (:target %)))
                                                 (rseq before)))]
    (cond
      (= ends (set (map :source (filter #((:flags %) \F) after-syn)))) :late
      (and (empty? from-syn) (not-any? ours ends)) :former
      :else :early)))

(defn no-resets
  "Nobody sent a reset over the wire that ended a stream of this run (:late and :former tell others)."
  [history packets]
  (let [packets (vec packets)
        ours (into #{} (keep (comp :outside :value)) history)
        kind #(kind-of-reset (subvec packets 0 %) ours (packets %))
        {:keys [early late former]} (group-by kind (filter #((:flags (packets %)) \R)
                                                           (range (count packets))))
        ten (fn [at] (mapv packets (take 10 at)))]
    {:valid? (empty? early) :resets (ten early) :late (ten late) :former (ten former)}))

(defn progress
  "A run in which next to nothing worked proves nothing."
  [history f at-least]
  (let [ok (count (filter #(and (= f (:f %)) (= :ok (:type %))) history))]
    {:valid? (>= ok at-least) :ok ok :at-least at-least
     :by-type (frequencies (map :type (filter #(= f (:f %)) history)))}))

(defn strikes
  "The nemesis' deeds of one name: {:fault :value :from :to :from-us :to-us}; a deed that was not
  undone lasts for ever."
  [history]
  (loop [ops (filter #(= :nemesis (:process %)) history) open {} done []]
    (if-let [{:keys [f value time at-us]} (first ops)]
      (if-let [began (and (string/starts-with? f "healing ") (get open (subs f 8)))]
        (recur (rest ops) (dissoc open (subs f 8)) (conj done (assoc began :to time :to-us at-us)))
        (recur (rest ops)
               (if (or (= "settled" f) (string/starts-with? f "heal"))
                 open
                 (assoc open f {:fault f :value value :from time :from-us at-us
                                :to Long/MAX_VALUE :to-us Long/MAX_VALUE}))
               done))
      (vec (sort-by :from (concat done (vals open)))))))

(defn settled
  "After each strike was healed the nodes came to one settled epoch (within the nemesis' patience)."
  [history]
  (let [ended (filter #(and (= :nemesis (:process %)) (= "settled" (:f %))) history)]
    {:valid? (every? :value ended) :times (count ended)}))

(def ^:private fences-ns
  "A little less than a node's horizon of 15 s: who ends sooner does so without need."
  14000000000)

(defn ended-by-itself
  "Gateway nodes that their service manager had to start again: after each fault that may last until
  a node's horizon, and did, and at no other time. takes: how many nodes a fault's name takes."
  [history takes]
  (let [strikes (filter #(pos? (long (takes (:fault %)))) (strikes history))
        settled (map :time (filter #(= "settled" (:f %)) history))
        explained? (fn [{:keys [time]}]
                     (some (fn [{:keys [from to]}]
                             (and (<= (long fences-ns) (- (min (long to) (long time)) (long from)))
                                  (not-any? #(<= (long to) (long %) (long time)) settled)))
                           strikes))
        restarts (filter #(= :supervisor (:process %)) history)
        unasked (remove explained? restarts)]
    {:valid? (empty? unasked)
     :fenced (vec (mapcat :value (filter explained? restarts)))
     :unasked (vec (take 10 (map :value unasked)))}))

(defn struck
  "A run that was too short for its faults proves nothing of them."
  [faults strikes]
  {:valid? (or (empty? faults) (boolean (seq strikes))) :strikes (count strikes)})

(defn all
  "Valid if every one is."
  [named]
  (assoc named :valid? (every? (comp boolean :valid?) (vals named))))
