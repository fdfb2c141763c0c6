--------------------------------- MODULE Groups ---------------------------------
(***************************************************************************)
(* Group 0 agrees on members and epochs; lease groups learn them late.     *)
(*                                                                          *)
(* What may a lease group that lags do wrong? It grants to a node that is  *)
(* away or dead by now; takes back what such a node returns; and hears, in *)
(* its old epoch, verdicts of a newer one. Each lease group has one port.  *)
(*                                                                          *)
(* The nodes' own protocol (Ports.tla) is taken for granted here: in a     *)
(* settled epoch the homes know what the members carry, and no more; a     *)
(* connection ends only when nobody is away. So is the horizon             *)
(* (Horizon.tla): who is dead has stopped.                                  *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, TLC
CONSTANTS Nodes, Groups, MaxEpoch,
          RuleMonotone,  \* Learn: older word changes nothing
          RuleGrantee,   \* a group grants only to whom its learned list calls live ...
          RuleAsked,     \* ... and who knows the epoch that it has learned, or a later one
          RuleFence,     \* dead only after its own clock stopped it
          RuleDeadWord,  \* a dead node's Return counts no more
          RuleNobodyAway,\* homes judge a dead node's port only while nobody is away
          RuleJudged,    \* a verdict counts in a group that has learned just the epoch in which it was judged
          RuleDeadHere,  \* ... and only about one that it has learned to be dead
          RuleJudgeDead, \* and the homes judge only about one that their epoch calls dead
          RuleForget     \* a dead node is forgotten only when every group has learned its death and holds nothing of it
VARIABLES epoch, lists,  \* group 0; epoch -> node -> live | away | dead | gone
          learned,       \* group -> epoch
          lease,         \* group -> who has its port, Free
          view,          \* group -> what group 0's leader sees of it: its replica may lag
          knows, fenced, \* nodes
          hand,          \* node -> groups whose port it may open with
          carried,       \* {<<node, group, opener>>}
          returns,       \* {<<node, group>>} under way, may arrive at any time, once
          verdicts       \* {<<dead, group, epoch>>} under way, may arrive at any time and again
vars == <<epoch, lists, learned, lease, view, knows, fenced, hand, carried, returns, verdicts>>
Free == "free"
Epochs == 0..MaxEpoch
Status(n) == lists[epoch][n]
At(g, n) == lists[learned[g]][n]
Living(e) == {n \in Nodes : lists[e][n] = "live"}
Acting(n) == ~fenced[n] /\ lists[knows[n]][n] = "live"

Init == /\ epoch = 0 /\ lists = [e \in Epochs |-> [n \in Nodes |-> "live"]]
        /\ learned = [g \in Groups |-> 0] /\ lease = [g \in Groups |-> Free]
        /\ view = [g \in Groups |-> [learned |-> 0, lease |-> Free]]
        /\ knows = [n \in Nodes |-> 0] /\ fenced = [n \in Nodes |-> FALSE] /\ hand = [n \in Nodes |-> {}]
        /\ carried = {} /\ returns = {} /\ verdicts = {}

----------------------------------------------------------------------------
\* Group 0

Became(n, status) == /\ epoch < MaxEpoch /\ epoch' = epoch + 1
                     /\ lists' = [e \in Epochs |-> IF e <= epoch THEN lists[e] ELSE [lists[epoch] EXCEPT ![n] = status]]
Away(n) == /\ Status(n) = "live" /\ Living(epoch) # {n} /\ Became(n, "away")
           /\ UNCHANGED <<learned, lease, view, knows, fenced, hand, carried, returns, verdicts>>
Back(n) == /\ Status(n) = "away" /\ ~fenced[n] /\ Became(n, "live")
           /\ UNCHANGED <<learned, lease, view, knows, fenced, hand, carried, returns, verdicts>>
Dead(n) == /\ Status(n) = "away" /\ (RuleFence => fenced[n]) /\ Became(n, "dead")
           /\ UNCHANGED <<learned, lease, view, knows, fenced, hand, carried, returns, verdicts>>
Forget(n) ==
  /\ Status(n) = "dead" /\ Became(n, "gone")
  /\ \A g \in Groups : view[g].lease # n /\ (RuleForget => lists[view[g].learned][n] = "dead")
  /\ UNCHANGED <<learned, lease, view, knows, fenced, hand, carried, returns, verdicts>>

----------------------------------------------------------------------------
\* A lease group

Learn(g, e) == \* proposed by a leader that had seen e: may be old when it is applied
  /\ e \in 0..epoch /\ e # learned[g] /\ (RuleMonotone => e > learned[g]) /\ learned' = [learned EXCEPT ![g] = e]
  /\ UNCHANGED <<epoch, lists, lease, view, knows, fenced, hand, carried, returns, verdicts>>
Replicate(g) == /\ view[g] # [learned |-> learned[g], lease |-> lease[g]]
                /\ view' = [view EXCEPT ![g] = [learned |-> learned[g], lease |-> lease[g]]]
                /\ UNCHANGED <<epoch, lists, learned, lease, knows, fenced, hand, carried, returns, verdicts>>
Grant(g, n, asked) == \* the question may be as old as it likes, and its sender be gone
  /\ lease[g] = Free /\ asked <= knows[n] /\ lists[asked][n] = "live" /\ <<n, g>> \notin returns
  /\ RuleGrantee => At(g, n) = "live"
  /\ RuleAsked => asked >= learned[g]
  /\ lease' = [lease EXCEPT ![g] = n]
  /\ hand' = IF fenced[n] THEN hand ELSE [hand EXCEPT ![n] = @ \cup {g}]
  /\ UNCHANGED <<epoch, lists, learned, view, knows, fenced, carried, returns, verdicts>>
TakeBack(n, g) ==
  /\ <<n, g>> \in returns /\ returns' = returns \ {<<n, g>>}
  /\ lease' = IF lease[g] = n /\ (RuleDeadWord => At(g, n) \in {"live", "away"}) THEN [lease EXCEPT ![g] = Free] ELSE lease
  /\ UNCHANGED <<epoch, lists, learned, view, knows, fenced, hand, carried, verdicts>>
Reconcile(v) ==
  LET n == v[1]  g == v[2] IN
  /\ v \in verdicts /\ lease[g] = n
  /\ RuleJudged => learned[g] = v[3]
  /\ RuleDeadHere => At(g, n) = "dead"
  /\ lease' = [lease EXCEPT ![g] = Free]
  /\ UNCHANGED <<epoch, lists, learned, view, knows, fenced, hand, carried, returns, verdicts>>

----------------------------------------------------------------------------
\* Nodes

Know(n) == /\ ~fenced[n] /\ knows[n] < epoch /\ \E e \in (knows[n] + 1)..epoch : knows' = [knows EXCEPT ![n] = e]
           /\ UNCHANGED <<epoch, lists, learned, lease, view, fenced, hand, carried, returns, verdicts>>
Expire(n) == \* its own clock; its kernel stops as well. It may have been back meanwhile, or live all the time.
  /\ ~fenced[n] /\ fenced' = [fenced EXCEPT ![n] = TRUE] /\ hand' = [hand EXCEPT ![n] = {}]
  /\ carried' = {c \in carried : c[1] # n}
  /\ UNCHANGED <<epoch, lists, learned, lease, view, knows, returns, verdicts>>
Open(n, g) == /\ Acting(n) /\ g \in hand[n] /\ hand' = [hand EXCEPT ![n] = @ \ {g}] /\ carried' = carried \cup {<<n, g, n>>}
              /\ UNCHANGED <<epoch, lists, learned, lease, view, knows, fenced, returns, verdicts>>
Carry(n, c) == /\ Acting(n) /\ Acting(c[1]) /\ knows[n] = knows[c[1]] /\ <<n, c[2], c[3]>> \notin carried
               /\ carried' = carried \cup {<<n, c[2], c[3]>>}
               /\ UNCHANGED <<epoch, lists, learned, lease, view, knows, fenced, hand, returns, verdicts>>
NobodyAway(e) == \A n \in Nodes : lists[e][n] # "away"
Settled(e) == \A n \in Living(e) : knows[n] = e /\ ~fenced[n]
End(g, n) == \* by all members of a settled epoch; the lessee gets its port back if it is one
  LET e == knows[n] IN
  /\ Acting(n) /\ Settled(e) /\ NobodyAway(e) /\ \E c \in carried : c[2] = g /\ c[1] \in Living(e)
  /\ \E opener \in {c[3] : c \in {x \in carried : x[2] = g /\ x[1] \in Living(e)}} :
       /\ carried' = {c \in carried : ~(c[2] = g /\ c[3] = opener /\ c[1] \in Living(e))}
       /\ hand' = IF opener \in Living(e) THEN [hand EXCEPT ![opener] = @ \cup {g}] ELSE hand
  /\ UNCHANGED <<epoch, lists, learned, lease, view, knows, fenced, returns, verdicts>>
Return(n, g) == /\ ~fenced[n] /\ g \in hand[n] /\ hand' = [hand EXCEPT ![n] = @ \ {g}] /\ returns' = returns \cup {<<n, g>>}
                /\ UNCHANGED <<epoch, lists, learned, lease, view, knows, fenced, carried, verdicts>>
Judge(n, g, e) ==
  /\ (RuleJudgeDead => lists[e][n] = "dead") /\ Living(e) # {} /\ Settled(e) /\ (RuleNobodyAway => NobodyAway(e))
  /\ lease[g] = n
  /\ ~\E c \in carried : c[2] = g /\ c[1] \in Living(e)
  /\ <<n, g, e>> \notin verdicts /\ verdicts' = verdicts \cup {<<n, g, e>>}
  /\ UNCHANGED <<epoch, lists, learned, lease, view, knows, fenced, hand, carried, returns>>

Next == \/ \E n \in Nodes : \/ Away(n) \/ Back(n) \/ Dead(n) \/ Forget(n) \/ Know(n) \/ Expire(n)
                            \/ \E g \in Groups : \/ Open(n, g) \/ End(g, n) \/ Return(n, g) \/ TakeBack(n, g)
                                                 \/ \E e \in Epochs : Grant(g, n, e) \/ (e <= epoch /\ Judge(n, g, e))
                            \/ \E c \in carried : Carry(n, c)
        \/ \E g \in Groups : Replicate(g) \/ \E e \in Epochs : Learn(g, e)
        \/ \E v \in verdicts : Reconcile(v)
Spec == Init /\ [][Next]_vars
Alike == Permutations(Nodes) \cup Permutations(Groups)

Unique == \A a, b \in carried : a[2] = b[2] => a[3] = b[3]                                   \* A1 (the fenced carry nothing)
HandsClean == \A n \in Nodes : \A g \in hand[n] : lease[g] = n /\ \A c \in carried : c[2] # g
FreeClean == \A c \in carried : lease[c[2]] # Free
Remembered == \A g \in Groups : lease[g] # Free => lists[epoch][lease[g]] # "gone"           \* A2: nobody forgotten holds a port
=================================================================================
