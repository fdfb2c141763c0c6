# Three images from one build: what compiles, what runs Sallyport (target "sallyport"), and that plus
# what only the lab needs: the S3 server, Prometheus, the test server (target "lab").

FROM eclipse-temurin:25-jdk AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends maven \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ARG MAVEN_FLAGS=
RUN mvn -B -q $MAVEN_FLAGS package -Dmaven.test.skip=true \
 && chaos-tests/compose/collect.sh /opt/sallyport raft-store gateway-node control-api \
 && chaos-tests/compose/collect.sh /opt/lab chaos-tests chaos-tests/s3server \
 && sed -i 's|/opt/lab/lib|/opt/sallyport/lab|g' /opt/lab/*.classpath

FROM eclipse-temurin:25-jre AS sallyport
RUN apt-get update \
 && apt-get install -y --no-install-recommends curl iproute2 nftables \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/sallyport /opt/sallyport
COPY chaos-tests/launch/*.args /opt/sallyport/launch/
COPY chaos-tests/compose/entry.sh chaos-tests/compose/health.sh /opt/sallyport/bin/
ENTRYPOINT ["/opt/sallyport/bin/entry.sh"]

FROM sallyport AS lab
RUN apt-get update \
 && apt-get install -y --no-install-recommends jq prometheus \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/lab/lib /opt/sallyport/lab
COPY --from=build /opt/lab/*.classpath /opt/sallyport/
COPY chaos-tests/compose/setup.sh /opt/sallyport/bin/
COPY chaos-tests/compose/prometheus.yml chaos-tests/compose/quiet-logback.xml /opt/sallyport/
