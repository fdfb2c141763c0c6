---------------------------------- MODULE Ports ----------------------------------
(***************************************************************************)
(* Why no source port is ever used by two connections at once.             *)
(*                                                                          *)
(* One destination, one elastic IP. A store leases ports to nodes. A node  *)
(* opens a connection on a port it was leased; the connection is copied to *)
(* keepers; any node may come to carry it; it ends; its port is used again.*)
(* Nodes crash (their kernel goes on forwarding), are suspected rightly or *)
(* wrongly, are cut off, come back, are declared dead.                     *)
(*                                                                          *)
(* An exchange between two nodes is one step, but its answer may be lost   *)
(* (heard = FALSE); Sessions.tla has the messages. When a node may be      *)
(* called dead is Horizon.tla's matter: here it has stopped by then.       *)
(*                                                                          *)
(* A new epoch is settled in two barriers: members tell homes every copy,  *)
(* then homes give gates theirs. Homes judge after the first, gates accept *)
(* after the second.                                                        *)
(***************************************************************************)
EXTENDS Integers, FiniteSets

CONSTANTS Nodes, Keys, Ports, Lessees, MaxEpoch, MaxCrash, MayReturn,
          Reuse,         \* a port is used again after its connection; without it only OneMapping is of interest
          OneKey,        \* OneMapping is asked for
          RuleMember,    \* only a member of the epoch it knows opens, takes copies and is asked for them
          RuleEvery,     \* every copy is handed over, not only those whose home has changed
          RuleGates,     \* a gate accepts only after all homes have given it what they have
          RuleLedger,    \* a port in doubt is free on a home's word only if nobody is away who was a member since its grant
          RuleFence,     \* the store frees a node's leases only when the node's own clock has ended them
          RuleEpoch,     \* peers that know different epochs refuse each other
          RuleBarrier,   \* in a new epoch a home judges only after every member has handed over its copies
          RuleOpened,    \* a home ends a connection only after its opener has finished or given up opening it
          RuleRegister,  \* whoever gives a copy away notes to whom, and answers for him
          RuleAckAll,    \* a port is free for use again when all who have a copy have dropped it ...
          RuleFreeze,    \* ... and nobody who was a member since the connection opened is away
          RuleNoAway,    \* a dead node's leases are freed only while nobody else is away
          RuleHomePut    \* a home refuses a second connection on a port that it knows (needed once messages are delayed)

VARIABLES epoch,   \* the store's current epoch
          members, \* epoch -> live nodes            (the store's log)
          fenced,  \* epoch -> nodes declared dead    (the store's log)
          status,  \* node -> live | away | dead      (the store's view)
          lease,   \* port -> node, Free or Orphan    (the store's view)
          up,      \* node -> its process runs
          valid,   \* node -> by its own clock its lease on acting still holds
          knows,   \* node -> the epoch it knows
          hand,    \* node -> ports it may open connections on
          copies,  \* node -> connections it has a copy of
          carried, \* node -> connections it forwards packets of (in the kernel: outlives the process)
          noted,   \* node -> {<<connection, node that it gave a copy to>>}; complete at the home
          handed,  \* epoch -> members that have handed over all their copies to homes
          passed,  \* epoch -> homes that have passed on all their copies to gates
          granted, \* port -> epoch of its newest grant
          ending,  \* node -> connections it is ending, or was asked to drop
          opening, \* node -> {[conn, agreed]} opens under way
          crashes
vars == <<epoch, members, fenced, status, lease, up, valid, knows, hand, copies, carried, noted, handed, passed, granted, ending, opening, crashes>>

Free == -1
Orphan == -2
Epochs == 0..MaxEpoch
Conns == [key : Keys, port : Ports, opened : Epochs]

Rank(n, x) == (n + x) % Cardinality(Nodes)
\* The home of a port: first keeper of its outside key. The gate of a key: first keeper of its inside key.
Home(p, e) == CHOOSE n \in members[e] : \A x \in members[e] : Rank(n, p) <= Rank(x, p)
Gate(k, e) == CHOOSE n \in members[e] : \A x \in members[e] : Rank(n, k + 1) <= Rank(x, k + 1)
Agree(a, b) == ~RuleEpoch \/ knows[a] = knows[b]
Settled(e) == ~RuleBarrier \/ members[e] \subseteq handed[e]
GatesSettled(e) == ~RuleGates \/ members[e] \subseteq passed[e]
Member(n) == RuleMember => n \in members[knows[n]]
Acting(n) == up[n] /\ valid[n] /\ Member(n)
KnownAt(m, p) == (\E c \in copies[m] \cup ending[m] : c.port = p) \/ (\E r \in noted[m] : r[1].port = p)

Init == /\ epoch = 0 /\ members = [e \in Epochs |-> Nodes] /\ fenced = [e \in Epochs |-> {}]
        /\ status = [n \in Nodes |-> "live"] /\ lease = [p \in Ports |-> Free]
        /\ up = [n \in Nodes |-> TRUE] /\ valid = [n \in Nodes |-> TRUE] /\ knows = [n \in Nodes |-> 0]
        /\ hand = [n \in Nodes |-> {}] /\ copies = [n \in Nodes |-> {}] /\ carried = [n \in Nodes |-> {}]
        /\ noted = [n \in Nodes |-> {}] /\ handed = [e \in Epochs |-> IF e = 0 THEN Nodes ELSE {}]
        /\ passed = [e \in Epochs |-> IF e = 0 THEN Nodes ELSE {}] /\ granted = [p \in Ports |-> 0]
        /\ ending = [n \in Nodes |-> {}] /\ opening = [n \in Nodes |-> {}] /\ crashes = 0

----------------------------------------------------------------------------
\* Opening

Acquire(n, p) ==
  /\ n \in Lessees /\ lease[p] = Free /\ status[n] = "live" /\ up[n] /\ valid[n] /\ knows[n] = epoch
  /\ lease' = [lease EXCEPT ![p] = n] /\ hand' = [hand EXCEPT ![n] = @ \cup {p}] /\ granted' = [granted EXCEPT ![p] = epoch]
  /\ UNCHANGED <<epoch, members, fenced, status, up, valid, knows, copies, carried, noted, handed, passed, ending, opening, crashes>>

ProposeToHome(n, k, p, heard) ==
  LET e == knows[n]  m == Home(p, e)  c == [key |-> k, port |-> p, opened |-> e] IN
  /\ Acting(n) /\ p \in hand[n] /\ (\A d \in copies[n] : d.key # k) /\ up[m] /\ Agree(n, m)
  /\ hand' = [hand EXCEPT ![n] = @ \ {p}]                    \* also when the answer is lost: the port is in doubt
  /\ IF RuleHomePut /\ KnownAt(m, p)
     THEN UNCHANGED <<copies, noted, opening>>
     ELSE /\ copies' = [x \in Nodes |-> IF x = m \/ (x = n /\ heard) THEN copies[x] \cup {c} ELSE copies[x]]
          /\ noted' = [noted EXCEPT ![m] = @ \cup {<<c, m>>, <<c, n>>, <<c, Gate(k, e)>>}]
          /\ opening' = IF heard THEN [opening EXCEPT ![n] = @ \cup {[conn |-> c, agreed |-> FALSE]}] ELSE opening
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, carried, handed, passed, granted, ending, crashes>>

ProposeToGate(n, o) ==
  LET c == o.conn  m == Gate(c.key, c.opened) IN
  /\ up[n] /\ ~o.agreed /\ knows[n] = c.opened /\ up[m] /\ Agree(n, m) /\ GatesSettled(c.opened)
  /\ IF \E d \in copies[m] : d.key = c.key /\ d # c
     THEN opening' = [opening EXCEPT ![n] = @ \ {o}] /\ UNCHANGED copies   \* give up: take the mapping that exists
     ELSE /\ opening' = [opening EXCEPT ![n] = (@ \ {o}) \cup {[conn |-> c, agreed |-> TRUE]}]
          /\ copies' = [copies EXCEPT ![m] = @ \cup {c}]
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, hand, carried, noted, handed, passed, granted, ending, crashes>>

Release(n, o) ==                                                \* the first packet leaves
  /\ Acting(n) /\ o.agreed /\ o.conn \in copies[n] /\ knows[n] = o.conn.opened
  /\ carried' = [carried EXCEPT ![n] = @ \cup {o.conn}] /\ opening' = [opening EXCEPT ![n] = @ \ {o}]
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, hand, copies, noted, handed, passed, granted, ending, crashes>>

----------------------------------------------------------------------------
\* Carrying: a packet meets a node that does not know its connection and asks anyone who has a copy of it

Carry(n, x, c) ==
  /\ Acting(n) /\ up[x] /\ Member(x) /\ Agree(n, x) /\ c \in copies[x] /\ c \notin ending[x] /\ c \notin carried[n]
  /\ RuleOpened => \E y \in Nodes : c \in carried[y]               \* its first packet has left
  /\ copies' = [copies EXCEPT ![n] = @ \cup {c}] /\ carried' = [carried EXCEPT ![n] = @ \cup {c}]
  /\ noted' = IF RuleRegister /\ n # x THEN [noted EXCEPT ![x] = @ \cup {<<c, n>>}] ELSE noted
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, hand, handed, passed, granted, ending, opening, crashes>>

----------------------------------------------------------------------------
\* Ending, and using the port again

BeginEnd(m, c) ==
  LET e == knows[m] IN
  /\ up[m] /\ m \in members[e] /\ Home(c.port, e) = m /\ c \in copies[m] /\ c \notin ending[m] /\ Settled(e)
  /\ RuleOpened => \A x \in Nodes : up[x] /\ knows[x] = e => ~\E o \in opening[x] : o.conn = c
  /\ ending' = [ending EXCEPT ![m] = @ \cup {c}] /\ carried' = [carried EXCEPT ![m] = @ \ {c}]
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, hand, copies, noted, handed, passed, granted, opening, crashes>>

AskToDrop(m, c, x) ==                                          \* x forwards no more and gives no more copies away from now on
  /\ up[m] /\ <<c, x>> \in noted[m] /\ x # m /\ up[x] /\ Agree(m, x) /\ c \in copies[x] \ ending[x]
  /\ ending' = [ending EXCEPT ![x] = @ \cup {c}] /\ carried' = [carried EXCEPT ![x] = @ \ {c}]
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, hand, copies, noted, handed, passed, granted, opening, crashes>>
Drop(m, c, x) ==                                                \* x answers when those to whom it gave a copy have answered
  /\ up[m] /\ <<c, x>> \in noted[m] /\ up[x] /\ Agree(m, x)
  /\ x # m => (c \in ending[x] \/ c \notin copies[x]) /\ (RuleAckAll => ~\E y \in Nodes : <<c, y>> \in noted[x])
  /\ x = Gate(c.key, knows[m]) => \A y \in Nodes : <<c, y>> \in noted[m] => y = x                       \* the gate remembers longest
  /\ copies' = [copies EXCEPT ![x] = @ \ {c}] /\ carried' = [carried EXCEPT ![x] = @ \ {c}]
  /\ opening' = [opening EXCEPT ![x] = {o \in @ : o.conn # c}] /\ noted' = [noted EXCEPT ![m] = @ \ {<<c, x>>}]
  /\ ending' = IF x # m THEN [ending EXCEPT ![x] = @ \ {c}] ELSE ending
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, hand, handed, passed, granted, crashes>>

Thawed(c, e) == \A x \in Nodes \ members[e] : x \in fenced[e] \/ \A f \in c.opened..e : x \notin members[f]
Ended(m, c, heard) ==
  LET e == knows[m]  o == lease[c.port] IN
  /\ up[m] /\ m \in members[e] /\ Home(c.port, e) = m /\ Settled(e) /\ (RuleAckAll => ~\E x \in Nodes : <<c, x>> \in noted[m]) /\ (RuleFreeze => Thawed(c, e))
  /\ ending' = [ending EXCEPT ![m] = @ \ {c}] /\ copies' = [copies EXCEPT ![m] = @ \ {c}]
  /\ hand' = IF Reuse /\ o \in Nodes /\ heard /\ up[o] /\ Agree(m, o) THEN [hand EXCEPT ![o] = @ \cup {c.port}] ELSE hand
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, carried, noted, handed, passed, granted, opening, crashes>>

Unlent(p, e) == \A x \in Nodes \ members[e] : x \in fenced[e] \/ \A f \in granted[p]..e : x \notin members[f]
Audit(n, p) ==                                                  \* what it lent and has not heard of since is asked about
  LET e == knows[n]  m == Home(p, e) IN
  /\ Reuse /\ Acting(n) /\ n \in members[e] /\ lease[p] = n /\ p \notin hand[n] /\ ~\E o \in opening[n] : o.conn.port = p
  /\ up[m] /\ Agree(n, m) /\ Settled(e) /\ ~KnownAt(m, p) /\ (RuleLedger => Unlent(p, e))
  /\ hand' = [hand EXCEPT ![n] = @ \cup {p}]
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, copies, carried, noted, handed, passed, granted, ending, opening, crashes>>
GiveBack(n, p) ==                                               \* to the store: so that the next one is drawn from all that are free
  /\ Reuse /\ up[n] /\ status[n] # "dead" /\ p \in hand[n] /\ lease[p] = n
  /\ hand' = [hand EXCEPT ![n] = @ \ {p}] /\ lease' = [lease EXCEPT ![p] = Free]
  /\ UNCHANGED <<epoch, members, fenced, status, up, valid, knows, copies, carried, noted, handed, passed, granted, ending, opening, crashes>>

----------------------------------------------------------------------------
\* Members come and go

NewEpoch(live, dead) ==
  /\ epoch < MaxEpoch /\ epoch' = epoch + 1
  /\ members' = [members EXCEPT ![epoch + 1] = live] /\ fenced' = [fenced EXCEPT ![epoch + 1] = dead]

Away(n) ==                                                      \* suspected, rightly or wrongly
  /\ status[n] = "live" /\ Cardinality(members[epoch]) > 1 /\ NewEpoch(members[epoch] \ {n}, fenced[epoch])
  /\ status' = [status EXCEPT ![n] = "away"]
  /\ UNCHANGED <<lease, up, valid, knows, hand, copies, carried, noted, handed, passed, granted, ending, opening, crashes>>
Return(n) ==
  /\ MayReturn /\ status[n] = "away" /\ up[n] /\ valid[n] /\ NewEpoch(members[epoch] \cup {n}, fenced[epoch])
  /\ status' = [status EXCEPT ![n] = "live"]
  /\ UNCHANGED <<lease, up, valid, knows, hand, copies, carried, noted, handed, passed, granted, ending, opening, crashes>>
Expire(n) ==                                                    \* by its own clock; its kernel stops as well
  /\ status[n] = "away" /\ valid[n] /\ valid' = [valid EXCEPT ![n] = FALSE]
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, knows, hand, copies, carried, noted, handed, passed, granted, ending, opening, crashes>>
Dead(n) ==
  /\ status[n] = "away" /\ (RuleFence => ~valid[n]) /\ NewEpoch(members[epoch], fenced[epoch] \cup {n})
  /\ status' = [status EXCEPT ![n] = "dead"] /\ lease' = [p \in Ports |-> IF lease[p] = n THEN Orphan ELSE lease[p]]
  /\ UNCHANGED <<up, valid, knows, hand, copies, carried, noted, handed, passed, granted, ending, opening, crashes>>
Crash(n) ==                                                     \* the process is gone, the kernel forwards on
  /\ up[n] /\ crashes < MaxCrash /\ crashes' = crashes + 1 /\ up' = [up EXCEPT ![n] = FALSE]
  /\ copies' = [copies EXCEPT ![n] = {}] /\ noted' = [noted EXCEPT ![n] = {}] /\ hand' = [hand EXCEPT ![n] = {}]
  /\ ending' = [ending EXCEPT ![n] = {}] /\ opening' = [opening EXCEPT ![n] = {}]
  /\ UNCHANGED <<epoch, members, fenced, status, lease, valid, knows, carried, handed, passed, granted>>

Learn(n) ==
  /\ up[n] /\ knows[n] < epoch /\ (n \in members[epoch] \/ ~RuleMember) /\ knows' = [knows EXCEPT ![n] = epoch]
  /\ IF n \in members[epoch]
     THEN /\ noted' = [noted EXCEPT ![n] = IF RuleEvery THEN {} ELSE {r \in @ : Home(r[1].port, epoch) = n /\ Home(r[1].port, knows[n]) = n}]
          /\ ending' = [ending EXCEPT ![n] = @ \cap copies[n]] /\ opening' = [opening EXCEPT ![n] = {}]
     ELSE UNCHANGED <<noted, ending, opening>>                  \* away: it only waits
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, hand, copies, carried, handed, passed, granted, crashes>>
HandOver(n, c) ==                                               \* to the new home; that it is ending goes with it
  LET e == knows[n]  m == Home(c.port, e) IN
  /\ up[n] /\ n \in members[e] \ handed[e] /\ up[m] /\ knows[m] = e /\ <<c, n>> \notin noted[m]
  /\ copies' = [copies EXCEPT ![m] = @ \cup {c}]
  /\ noted' = [noted EXCEPT ![m] = @ \cup {<<c, n>>, <<c, m>>}]
  /\ ending' = IF c \in ending[n] THEN [ending EXCEPT ![m] = @ \cup {c}] ELSE ending
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, hand, carried, handed, passed, granted, opening, crashes>>
Told(n, c, e) == \/ <<c, n>> \in noted[Home(c.port, e)] /\ knows[Home(c.port, e)] = e
                 \/ ~RuleEvery /\ e > 0 /\ Home(c.port, e) = Home(c.port, e - 1)
HandedOver(n) ==
  LET e == knows[n] IN
  /\ up[n] /\ n \in members[e] \ handed[e] /\ \A c \in copies[n] : Told(n, c, e)
  /\ handed' = [handed EXCEPT ![e] = @ \cup {n}]
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, hand, copies, carried, noted, passed, granted, ending, opening, crashes>>
\* A settled home gives the new gates their copies
PassOn(m, c) ==
  LET e == knows[m]  g == Gate(c.key, e) IN
  /\ up[m] /\ m \in members[e] \ passed[e] /\ Settled(e) /\ Home(c.port, e) = m /\ c \in copies[m] \ ending[m]
  /\ <<c, g>> \notin noted[m] /\ up[g] /\ knows[g] = e
  /\ copies' = [copies EXCEPT ![g] = @ \cup {c}] /\ noted' = [noted EXCEPT ![m] = @ \cup {<<c, g>>}]
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, hand, carried, handed, passed, granted, ending, opening, crashes>>
HomeDone(m) ==
  LET e == knows[m] IN
  /\ up[m] /\ m \in members[e] \ passed[e] /\ members[e] \subseteq handed[e]
  /\ \A c \in copies[m] \ ending[m] : Home(c.port, e) = m => <<c, Gate(c.key, e)>> \in noted[m]
  /\ passed' = [passed EXCEPT ![e] = @ \cup {m}]
  /\ UNCHANGED <<epoch, members, fenced, status, lease, up, valid, knows, hand, copies, carried, noted, handed, passed, granted, granted, ending, opening, crashes>>
Reconcile(p) ==
  LET m == Home(p, epoch) IN
  /\ Reuse /\ lease[p] = Orphan /\ up[m] /\ knows[m] = epoch /\ Settled(epoch) /\ ~KnownAt(m, p)
  /\ RuleNoAway => \A x \in Nodes \ members[epoch] : x \in fenced[epoch]
  /\ lease' = [lease EXCEPT ![p] = Free]
  /\ UNCHANGED <<epoch, members, fenced, status, up, valid, knows, hand, copies, carried, noted, handed, passed, granted, ending, opening, crashes>>

Next == \/ \E n \in Nodes :
             \/ \E p \in Ports : Acquire(n, p) \/ Audit(n, p) \/ GiveBack(n, p) \/ \E k \in Keys, heard \in BOOLEAN : ProposeToHome(n, k, p, heard)
             \/ \E o \in opening[n] : ProposeToGate(n, o) \/ Release(n, o)
             \/ \E c \in UNION {copies[m] : m \in Nodes} : BeginEnd(n, c) \/ \E x \in Nodes : Carry(n, x, c)
             \/ \E c \in ending[n] : (\E x \in Nodes : AskToDrop(n, c, x) \/ Drop(n, c, x)) \/ (\E heard \in BOOLEAN : Ended(n, c, heard))
             \/ Away(n) \/ Return(n) \/ Expire(n) \/ Dead(n) \/ Crash(n) \/ Learn(n) \/ HandedOver(n) \/ HomeDone(n)
             \/ \E c \in copies[n] : HandOver(n, c) \/ PassOn(n, c)
        \/ \E p \in Ports : Reconcile(p)
Spec == Init /\ [][Next]_vars

----------------------------------------------------------------------------
\* What must hold

OnTheWire == {w \in Nodes \X Conns : w[2] \in carried[w[1]] /\ valid[w[1]]}

Unique     == \A a, b \in OnTheWire : a[2].port = b[2].port => a[2].key = b[2].key                          \* A1
HandsClean == \A n \in Nodes : up[n] /\ valid[n] => ~\E w \in OnTheWire : w[2].port \in hand[n]
FreeClean  == ~\E w \in OnTheWire : lease[w[2].port] = Free
\* A4, among nodes that know the current epoch, of connections that nobody is ending.
\* (A node that returns may bring a second mapping of a key: then the home ends the younger. So OneKey only without MayReturn.)
OneMapping == OneKey => \A a, b \in OnTheWire : (/\ up[a[1]] /\ up[b[1]] /\ knows[a[1]] = epoch /\ knows[b[1]] = epoch
                                       /\ {a[1], b[1]} \subseteq members[epoch]
                                       /\ ~\E n \in Nodes : {a[2], b[2]} \cap ending[n] # {}
                                       /\ a[2].key = b[2].key) => a[2].port = b[2].port
==================================================================================
