package io.sallyport.bench;

import java.nio.file.Path;

/**
 * What conntrackd and keepalived are told, as their manuals ask for it.
 *
 * @param directory the box's own
 * @param box 1 or 2
 */
record KeepalivedFiles(Path directory, int box) {

    static final String INSIDE_VIP = "10.1.0.1";
    static final String OUTSIDE_VIP = "198.51.100.77";

    /** Both boxes' numbers. */
    private static final int PAIR = 1 + 2;

    String conntrackd() {
        return """
        Sync {
          Mode FTFW {
            DisableExternalCache off
          }
          UDP {
            IPv4_address 192.0.2.%d
            IPv4_Destination_Address 192.0.2.%d
            Port 3780
            Interface sync0
            SndSocketBuffer 8388608
            RcvSocketBuffer 8388608
            Checksum on
          }
        }
        General {
          HashSize 131072
          HashLimit 524288
          LogFile %s
          LockFile %s
          UNIX {
            Path %s
          }
          NetlinkBufferSize 8388608
          NetlinkBufferSizeMaxGrowth 67108864
          Filter From Userspace {
            Protocol Accept {
              TCP
              UDP
            }
            Address Ignore {
              IPv4_address 127.0.0.1
              IPv4_address 192.0.2.1
              IPv4_address 192.0.2.2
            }
          }
        }
        """
                .formatted(
                        box,
                        PAIR - box,
                        directory.resolve("conntrackd.log"),
                        directory.resolve("lock"),
                        directory.resolve("ctl"));
    }

    /** What conntrackd's manual has keepalived do at a change of state. */
    String change() {
        return """
        do_it() { conntrackd -C %s "$1"; }
        case $1 in
          primary) do_it -c; do_it -f; do_it -R; do_it -B ;;
          backup) do_it -t; do_it -n ;;
          fault) do_it -t ;;
        esac
        """
                .formatted(directory.resolve("conntrackd.conf"));
    }

    String keepalived() {
        String change = "/bin/sh " + directory.resolve("change.sh");
        return """
        global_defs {
          router_id box%1$d
          script_user root
        }
        vrrp_sync_group G {
          group {
            INSIDE
            OUTSIDE
          }
          notify_master "%2$s primary"
          notify_backup "%2$s backup"
          notify_fault "%2$s fault"
        }
        """
                        .formatted(box, change)
                + instance("INSIDE", "in0", 61, INSIDE_VIP + "/16")
                + instance("OUTSIDE", "out0", 62, OUTSIDE_VIP + "/24");
    }

    private static String instance(String name, String device, int number, String address) {
        return """
        vrrp_instance %s {
          version 3
          state BACKUP
          nopreempt
          interface %s
          virtual_router_id %d
          priority 100
          advert_int 0.03
          virtual_ipaddress {
            %s dev %s
          }
        }
        """
                .formatted(name, device, number, address, device);
    }
}
