--------------------------------- MODULE Ledger ---------------------------------
(***************************************************************************)
(* What a lessee believes it holds, and what the store believes it holds.  *)
(*                                                                          *)
(* One destination in one lease group, several lessees. Calls and answers  *)
(* are lost, come late, and come twice: a call once sent may reach the     *)
(* store at any later time, as often as it likes. Every call has a number, *)
(* by which the store tells a repeated one. Connections are Ports.tla's    *)
(* matter; here a port is in hand (used or not), or on its way back.       *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, TLC
CONSTANTS Nodes, Ports, Calls,
          RuleAsOf,      \* a Return names the newest grant its sender knows, and is void where the store knows a newer one
          RuleNamed,     \* what is on its way back is known by its grant: a late answer is about that one alone
          RuleAnew,      \* a port that is granted anew is no longer on its way back, whatever was not answered
          RuleKnown,     \* a void Return is said again only once the answer of that newer grant is known
          RuleLeaving,   \* what is on its way back is not used
          RuleDedupe,    \* a repeated call gets the first one's answer and does nothing
          RuleRepeat     \* an Acquire is repeated until it is answered, and never given up
VARIABLES holder,   \* store: port -> lessee, Free
          last,     \* store: lessee -> its newest grant
          clock,    \* store: grants so far
          done,     \* store: call -> its answer
          calls,    \* every call ever sent: may arrive (again) at any time
          hand,     \* lessee -> {<<port, grant>>} it may use
          leaving,  \* lessee -> {<<port, grant>>} on their way back
          newest,   \* lessee -> newest grant it knows
          asking,   \* lessee -> its Acquire that is not answered, None
          giving,   \* lessee -> its Return that is not answered, None
          mustKnow  \* lessee -> the grant whose answer it waits for before it says a Return again
vars == <<holder, last, clock, done, calls, hand, leaving, newest, asking, giving, mustKnow>>
Free == "free"
None == 0
PortsOf(S) == {x[1] : x \in S}
Number == Cardinality(calls) + 1
\* A call's answer is what `done` says of its newest execution; lost or late is when nobody hears it
Init == /\ holder = [p \in Ports |-> Free] /\ last = [n \in Nodes |-> 0] /\ clock = 0 /\ done = <<>> /\ calls = {}
        /\ hand = [n \in Nodes |-> {}] /\ leaving = [n \in Nodes |-> {}] /\ newest = [n \in Nodes |-> 0]
        /\ asking = [n \in Nodes |-> None] /\ giving = [n \in Nodes |-> None] /\ mustKnow = [n \in Nodes |-> 0]

Acquire(n) ==
  /\ asking[n] = None /\ Number <= Calls
  /\ calls' = calls \cup {[kind |-> "acquire", from |-> n, number |-> Number, asOf |-> 0, ports |-> {}, sent |-> {}]}
  /\ asking' = [asking EXCEPT ![n] = Number]
  /\ UNCHANGED <<holder, last, clock, done, hand, leaving, newest, giving, mustKnow>>

Surrender(n, x) == \* it has no use for it (a used one after it has cooled down)
  /\ x \in hand[n] /\ leaving' = [leaving EXCEPT ![n] = @ \cup {x}]
  /\ hand' = IF RuleLeaving THEN [hand EXCEPT ![n] = @ \ {x}] ELSE hand
  /\ UNCHANGED <<holder, last, clock, done, calls, newest, asking, giving, mustKnow>>

Return(n) == \* also said again, when the last one was not answered in time
  /\ leaving[n] # {} /\ giving[n] = None /\ Number <= Calls /\ (RuleKnown => newest[n] >= mustKnow[n])
  /\ calls' = calls \cup {[kind |-> "return", from |-> n, number |-> Number,
                           asOf |-> IF RuleKnown THEN newest[n] ELSE IF newest[n] > mustKnow[n] THEN newest[n] ELSE mustKnow[n],
                           ports |-> PortsOf(leaving[n]), sent |-> leaving[n]]}
  /\ giving' = [giving EXCEPT ![n] = Number]
  /\ UNCHANGED <<holder, last, clock, done, hand, leaving, newest, asking, mustKnow>>

Answered(c, answer) == done' = [x \in DOMAIN done \cup {c.number} |-> IF x = c.number THEN answer ELSE done[x]]

Execute(c) ==
  /\ RuleDedupe => c.number \notin DOMAIN done
  /\ \/ /\ c.kind = "acquire" /\ \E p \in Ports : holder[p] = Free
        /\ \E p \in Ports :
             /\ holder[p] = Free /\ holder' = [holder EXCEPT ![p] = c.from]
             /\ clock' = clock + 1 /\ last' = [last EXCEPT ![c.from] = clock + 1]
             /\ Answered(c, [grant |-> clock + 1, ports |-> {p}, void |-> FALSE])
     \/ /\ c.kind = "acquire" /\ ~\E p \in Ports : holder[p] = Free
        /\ Answered(c, [grant |-> 0, ports |-> {}, void |-> FALSE]) /\ UNCHANGED <<holder, last, clock>>
     \/ /\ c.kind = "return"
        /\ IF RuleAsOf /\ last[c.from] > c.asOf
           THEN Answered(c, [grant |-> last[c.from], ports |-> {}, void |-> TRUE]) /\ UNCHANGED <<holder, last, clock>>
           ELSE /\ holder' = [p \in Ports |-> IF p \in c.ports /\ holder[p] = c.from THEN Free ELSE holder[p]]
                /\ Answered(c, [grant |-> 0, ports |-> {}, void |-> FALSE]) /\ UNCHANGED <<last, clock>>
  /\ clock < Calls
  /\ UNCHANGED <<calls, hand, leaving, newest, asking, giving, mustKnow>>

HearAcquire(n) ==
  /\ asking[n] # None /\ asking[n] \in DOMAIN done /\ asking' = [asking EXCEPT ![n] = None]
  /\ LET a == done[asking[n]] IN
       /\ hand' = [hand EXCEPT ![n] = @ \cup {<<p, a.grant>> : p \in a.ports}] /\ newest' = [newest EXCEPT ![n] = IF a.grant > @ THEN a.grant ELSE @]
       /\ leaving' = IF RuleAnew THEN [leaving EXCEPT ![n] = {x \in @ : x[1] \notin a.ports}] ELSE leaving
  /\ UNCHANGED <<holder, last, clock, done, calls, giving, mustKnow>>

HearReturn(n) ==
  /\ giving[n] # None /\ giving[n] \in DOMAIN done /\ giving' = [giving EXCEPT ![n] = None]
  /\ LET a == done[giving[n]]  c == CHOOSE x \in calls : x.number = giving[n] IN
       IF a.void THEN mustKnow' = [mustKnow EXCEPT ![n] = a.grant] /\ UNCHANGED leaving
                 ELSE leaving' = [leaving EXCEPT ![n] = {x \in @ : IF RuleNamed THEN x \notin c.sent ELSE x[1] \notin c.ports}] /\ UNCHANGED mustKnow
  /\ UNCHANGED <<holder, last, clock, done, calls, hand, newest, asking>>

GiveUp(n) == \* waits for that answer no longer; the call may still arrive
  /\ \/ giving[n] # None /\ giving' = [giving EXCEPT ![n] = None] /\ UNCHANGED asking
     \/ ~RuleRepeat /\ asking[n] # None /\ asking' = [asking EXCEPT ![n] = None] /\ UNCHANGED giving
  /\ UNCHANGED <<holder, last, clock, done, calls, hand, leaving, newest, mustKnow>>

Next == \/ \E n \in Nodes : Acquire(n) \/ Return(n) \/ HearAcquire(n) \/ HearReturn(n) \/ GiveUp(n) \/ \E x \in hand[n] : Surrender(n, x)
        \/ \E c \in calls : Execute(c)
Spec == Init /\ [][Next]_vars
Alike == Permutations(Nodes)

Owned == \A n \in Nodes : \A p \in PortsOf(hand[n]) : holder[p] = n                                          \* A1
Remembered == \A n \in Nodes : asking[n] = None => \A p \in Ports : holder[p] = n => p \in PortsOf(hand[n] \cup leaving[n]) \* A2: nothing stranded
=================================================================================
