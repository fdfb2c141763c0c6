(ns sallyport.chaos.rest
  "The REST API as a stranger calls it: curl, from the machine of the control process. An answer is
  {:status :body}; status 0 when there was none."
  (:require [clojure.data.json :as json]
            [clojure.java.shell :as shell]
            [clojure.string :as string]
            [sallyport.chaos.lab :as lab]))

(defn call!
  [status key method path body]
  (let [{:keys [out]}
        (apply shell/sh
               (concat ["ip" "netns" "exec" (lab/namespace-of status "control")
                        "curl" "-sS" "--noproxy" "*" "--max-time" "20" "-X" method
                        "-H" (str "Authorization: Bearer " key) "-w" "\n%{http_code}"]
                       (when body ["-H" "Content-Type: application/json" "-d" (json/write-str body)])
                       [(str (get-in status [:state :rest]) path)]))
        cut (string/last-index-of out "\n")
        answer (if cut (string/trim (subs out 0 cut)) "")]
    {:status (if cut (parse-long (string/trim (subs out cut))) 0)
     :body (when-not (string/blank? answer) (json/read-str answer :key-fn keyword))}))

(defn must!
  "The body of an answer that says yes."
  [status key method path body]
  (let [answer (call! status key method path body)]
    (when-not (<= 200 (:status answer) 299)
      (throw (ex-info (str method " " path " -> " answer) answer)))
    (:body answer)))
