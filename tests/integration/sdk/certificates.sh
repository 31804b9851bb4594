#!/bin/sh
# certificates.sh DIRECTORY - the certificates of the bus tests, good and bad, made with OpenSSL: clinic-broker
# refuses to make the bad ones.
set -eu
cd "$1"

authority() { # name
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj "/CN=$1" \
        -keyout "$1.key" -out "$1.crt"
}

leaf() { # name common-name authority days usage [subject alternative name]
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$2" \
        -keyout "$1.key" -out "$1.csr"
    {
        printf 'extendedKeyUsage=%s\nkeyUsage=digitalSignature\n' "$5"
        [ -z "${6-}" ] || printf 'subjectAltName=%s\n' "$6"
    } > "$1.ext"
    openssl x509 -req -in "$1.csr" -CA "$3.crt" -CAkey "$3.key" -days "$4" -extfile "$1.ext" -out "$1.crt"
}

exec 2> openssl.log
authority ca
authority stranger
leaf broker broker ca 30 serverAuth 'IP:127.0.0.1,DNS:localhost'
leaf broker-elsewhere broker ca 30 serverAuth 'DNS:elsewhere.example'
leaf broker-expired broker ca -1 serverAuth 'IP:127.0.0.1'
leaf node desk-1 ca 30 clientAuth
leaf other desk-2 ca 30 clientAuth
leaf gateway gateway ca 30 clientAuth
leaf expired desk-1 ca -1 clientAuth
leaf foreign desk-1 stranger 30 clientAuth
