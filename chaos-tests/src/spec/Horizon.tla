-------------------------------- MODULE Horizon --------------------------------
(***************************************************************************)
(* When must a node stop by its own clock, and when may the store call it  *)
(* dead?                                                                    *)
(*                                                                          *)
(* Time runs in ticks, and only ages are kept, each capped where it counts *)
(* no further: so a complete run is a proof for any length of time. A node *)
(* acts while left >= 0; T ticks after its last proof that it counts it    *)
(* stops for good. Reach = T + 1 stands for T + drift.                     *)
(*                                                                          *)
(* A Renew may be applied late (a relay through a peer is only another     *)
(* delay) and its answer may be lost. A proof counts from when it was      *)
(* asked. Live and away are the same here: both count as not dead.         *)
(***************************************************************************)
EXTENDS Integers, FiniteSets, TLC
CONSTANTS Nodes, First, T, Flights, Deaths,
          RuleHalf,      \* those to be dead are no majority of any list that one of them may know ...
          RuleKnown,     \* ... so only those are counted against them whose Join they are known to know
          RuleVouch,     \* every other member vouches that it acknowledged none of them for Reach ...
          RuleRefuse,    \* ... and acknowledges none again until it learns of a later Renew
          RuleVoid,      \* a vouch names the Renew it speaks of: void when a later one is applied
          RuleFenced,    \* a horizon that has passed is never moved again
          RuleSame,      \* only an acknowledgement of the same epoch counts towards a majority
          RuleSent,      \* a proof counts from when it was asked, not from when it was answered
          RuleApart,     \* between two declarations lies Reach (a voter that is dead by now vouches for nothing)
          RuleEveryDeath \* ... and also after a death that was not declared: an operator's fence, a Leave, a new life
VARIABLES notDead, dead, \* the store's members: live or away; dead
          lists,    \* epoch -> its notDead
          born,     \* node -> epoch of its Join
          left,     \* node -> ticks until its horizon; -1: stopped for good
          knows,    \* node -> the epoch it knows
          told,     \* node -> the epoch that it told the store it knows
          ack,      \* m -> n -> age of m's last acknowledgement to n
          counted,  \* n -> nodes whose acknowledgement in this epoch n has
          vouched,  \* m -> the nodes that m vouches for in the store, by their newest Renew
          behind,   \* m -> nodes that have renewed since m learned of their newest Renew
          flying,   \* Renews under way
          quiet,    \* node -> how long the store's leader has seen no Renew of it
          rest,     \* how long ago somebody was declared dead
          deaths
vars == <<notDead, dead, lists, born, left, knows, told, ack, counted, vouched, behind, flying, quiet, rest, deaths>>

Reach == T + 1
Up(age, top) == IF age < top THEN age + 1 ELSE age
Max(S) == CHOOSE x \in S : \A y \in S : x >= y
Min(S) == CHOOSE x \in S : \A y \in S : x <= y
Epochs == 0..(2 * Cardinality(Nodes))
Epoch == Cardinality(DOMAIN lists) - 1
Runs(n) == n \in notDead \cup dead /\ left[n] >= 0

\* m has acknowledged nothing of n for Reach: it says so in its Renew, and refuses n from now on
Promised(m, n) == ack[m][n] = Reach
\* ... in so many words about the newest Renew of n (a promise about an older one is void from the start)
Vouches(m) == {n \in notDead \ {m} : Promised(m, n) /\ n \notin behind[m] /\ born[n] <= knows[m]}

Init == /\ notDead = First /\ dead = {} /\ lists = [e \in {0} |-> First] /\ born = [n \in Nodes |-> 0]
        /\ left = [n \in Nodes |-> IF n \in First THEN T ELSE -1]
        /\ knows = [n \in Nodes |-> 0] /\ told = [n \in Nodes |-> 0]
        /\ ack = [m \in Nodes |-> [n \in Nodes |-> Reach]] /\ counted = [n \in Nodes |-> {}]
        /\ vouched = [m \in Nodes |-> {}]
        /\ behind = [m \in Nodes |-> {}] /\ flying = {}
        /\ quiet = [n \in Nodes |-> 0] /\ rest = 0 /\ deaths = 0

Tick == /\ left' = [n \in Nodes |-> IF left[n] >= 0 THEN left[n] - 1 ELSE -1]
        \* What stopped nodes know matters no more
        /\ ack' = [m \in Nodes |-> [n \in Nodes |-> IF left'[m] < 0 \/ left'[n] < 0 THEN Reach ELSE Up(ack[m][n], Reach)]]
        /\ counted' = [n \in Nodes |-> IF left'[n] < 0 THEN {} ELSE counted[n]]
        /\ behind' = [n \in Nodes |-> IF left'[n] < 0 THEN {} ELSE behind[n]]
        /\ flying' = {[f EXCEPT !.age = Up(@, Reach)] : f \in flying}
        /\ quiet' = [n \in Nodes |-> IF n \in notDead THEN Up(quiet[n], Reach) ELSE 0]
        /\ rest' = Up(rest, Reach)
        /\ UNCHANGED <<notDead, dead, lists, born, knows, told, vouched, deaths>>

\* A horizon is moved on only while it lasts
Moved(n, to) == IF (left[n] >= 0 \/ ~RuleFenced) /\ to > left[n] THEN [left EXCEPT ![n] = to] ELSE left

----------------------------------------------------------------------------
\* Heartbeats. The acknowledgement is given when the heartbeat is sent, which is the worst case: given
\* later it proves no more, and it is a later acknowledgement to the one who gives it.

Proof(n, by, ages) == \* the best that a majority of n's list proves, n itself included
  LET list == lists[knows[n]]
      enough == {t \in 0..T : 2 * (1 + Cardinality({m \in by \cap list : ages[m][n] <= t})) > Cardinality(list)}
  IN IF enough = {} THEN -1 ELSE T - Min(enough)

Beat(n, m) ==
  /\ m # n /\ Runs(n) /\ Runs(m) /\ m \in lists[knows[n]] /\ (RuleSame => knows[m] = knows[n])
  /\ RuleRefuse => ~Promised(m, n)
  /\ ack' = [ack EXCEPT ![m][n] = 0] /\ counted' = [counted EXCEPT ![n] = @ \cup {m}]
  /\ left' = Moved(n, Proof(n, counted'[n], ack'))
  /\ UNCHANGED <<notDead, dead, lists, born, knows, told, vouched, behind, flying, quiet, rest, deaths>>

Alone(n) == \* its own majority
  /\ Runs(n) /\ lists[knows[n]] = {n} /\ left' = Moved(n, T) /\ left' # left
  /\ UNCHANGED <<notDead, dead, lists, born, knows, told, ack, counted, vouched, behind, flying, quiet, rest, deaths>>

----------------------------------------------------------------------------
\* Renewals

Send(n) ==
  /\ Runs(n) /\ Cardinality(flying) < Flights
  /\ flying' = flying \cup {[kind |-> "ask", from |-> n, age |-> 0, knows |-> knows[n], vouches |-> Vouches(n)]}
  /\ UNCHANGED <<notDead, dead, lists, born, left, knows, told, ack, counted, vouched, behind, quiet, rest, deaths>>

Apply(f) ==
  LET n == f.from
      others == flying \ {f}
      answer == [kind |-> "answer", from |-> n, age |-> f.age, knows |-> 0, vouches |-> {}]
  IN
  /\ f.kind = "ask"
  /\ IF n \in notDead
     THEN /\ quiet' = [quiet EXCEPT ![n] = 0]
          /\ told' = IF First = Nodes THEN told ELSE [told EXCEPT ![n] = Max({@, f.knows})]
          /\ vouched' = [m \in Nodes |-> IF m = n THEN f.vouches ELSE IF RuleVoid THEN vouched[m] \ {n} ELSE vouched[m]]
          /\ behind' = [m \in Nodes |-> IF m = n \/ left[m] < 0 THEN behind[m] ELSE behind[m] \cup {n}]
          /\ flying' = {answer} \cup IF RuleVoid THEN {[g EXCEPT !.vouches = @ \ {n}] : g \in others} ELSE others
     ELSE flying' = others /\ UNCHANGED <<quiet, told, vouched, behind>>
  /\ UNCHANGED <<notDead, dead, lists, born, left, knows, ack, counted, rest, deaths>>

Hear(f) ==
  /\ f.kind = "answer" /\ flying' = flying \ {f} /\ left' = Moved(f.from, IF RuleSent THEN T - f.age ELSE T)
  /\ UNCHANGED <<notDead, dead, lists, born, knows, told, ack, counted, vouched, behind, quiet, rest, deaths>>

Lose(f) == /\ flying' = flying \ {f}
           /\ UNCHANGED <<notDead, dead, lists, born, left, knows, told, ack, counted, vouched, behind, quiet, rest, deaths>>

\* From the store or a peer: the epoch, and everybody's newest Renew. Of those that have renewed it counts
\* its silence anew, so that it can acknowledge them again.
Learn(n) ==
  /\ Runs(n) /\ n \in notDead /\ (knows[n] # Epoch \/ behind[n] # {})
  /\ knows' = [knows EXCEPT ![n] = Epoch]
  /\ counted' = IF knows[n] = Epoch THEN counted ELSE [counted EXCEPT ![n] = {}]
  /\ behind' = [behind EXCEPT ![n] = {}]
  /\ ack' = [ack EXCEPT ![n] = [x \in Nodes |-> IF x \in behind[n] THEN 0 ELSE ack[n][x]]]
  /\ UNCHANGED <<notDead, dead, lists, born, left, told, vouched, flying, quiet, rest, deaths>>

----------------------------------------------------------------------------
\* The store's word

NewEpoch(members) == /\ notDead' = members /\ lists' = [e \in 0..(Epoch + 1) |-> IF e <= Epoch THEN lists[e] ELSE members]

Join(n) ==
  /\ n \notin notDead \cup dead /\ NewEpoch(notDead \cup {n})
  /\ born' = [born EXCEPT ![n] = Epoch + 1] /\ knows' = [knows EXCEPT ![n] = Epoch + 1] /\ told' = [told EXCEPT ![n] = Epoch + 1]
  /\ left' = [left EXCEPT ![n] = T] /\ quiet' = [quiet EXCEPT ![n] = 0]
  /\ UNCHANGED <<dead, ack, counted, vouched, behind, flying, rest, deaths>>

Known(D) == {m \in notDead \ D : born[m] <= Min({told[n] : n \in D})}
Dead(D) ==
  /\ D # {} /\ D \subseteq notDead /\ \A n \in D : quiet[n] = Reach
  /\ RuleApart => rest = Reach
  /\ RuleHalf => IF RuleKnown THEN Cardinality(Known(D)) >= Cardinality(D) ELSE 2 * Cardinality(D) <= Cardinality(notDead)
  /\ RuleVouch => \A m \in notDead \ D : D \subseteq vouched[m]
  /\ NewEpoch(notDead \ D) /\ dead' = dead \cup D /\ rest' = 0
  /\ vouched' = [m \in Nodes |-> IF m \in D THEN {} ELSE vouched[m] \ D]
  /\ UNCHANGED <<born, left, knows, told, ack, counted, behind, flying, quiet, deaths>>

Fence(n) == \* it is off, and an operator says so; a Leave and a new life on the same machine are the same here
  /\ n \in notDead /\ deaths < Deaths /\ deaths' = deaths + 1
  /\ NewEpoch(notDead \ {n}) /\ dead' = dead \cup {n} /\ left' = [left EXCEPT ![n] = -1]
  /\ rest' = IF RuleEveryDeath THEN 0 ELSE rest
  /\ UNCHANGED <<born, knows, told, ack, counted, vouched, behind, flying, quiet>>

Next == \/ Tick
        \/ \E n \in Nodes : Alone(n) \/ Send(n) \/ Learn(n) \/ Join(n) \/ Fence(n) \/ \E m \in Nodes : Beat(n, m)
        \/ \E f \in flying : Lose(f) \/ Apply(f) \/ Hear(f)
        \/ \E D \in SUBSET Nodes : Dead(D)
Spec == Init /\ [][Next]_vars

Alike == Permutations(First) \cup Permutations(Nodes \ First)

DeadActsNot == \A n \in dead : left[n] < 0
=================================================================================
