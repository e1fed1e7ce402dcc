/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/capstone.h - the commands of modelbook-capstone
 *
 *   modelbook-capstone simulate  [--out FILE.csv] [--seed N]     the stream of payments
 *   modelbook-capstone train     PLAN DATA.csv --out DIR         model files and what they were
 * made from modelbook-capstone evaluate  PLAN DATA.csv --models DIR --out DIR   logs of each part,
 * figures modelbook-capstone infer     PLAN IN.csv --model FILE [--digest HEX] --out OUT.csv
 *   modelbook-capstone serve     PLAN --dir DIR [--port N] …     HTTP on loopback
 *   modelbook-capstone deploy    DIR VERSION [--canary PERCENT|--shadow]
 *   modelbook-capstone rollback  DIR [--why TEXT]
 *   modelbook-capstone break     PLAN DATA.csv --models DIR --out DIR   failures, drift, time to
 * alert modelbook-capstone benchmark PLAN DATA.csv --models DIR --out DIR   times, memory, sizes
 *   modelbook-capstone all       PLAN [--data FILE.csv] --workspace DIR   everything, records and
 * logs
 *
 * Exit status as of modelbook: 0 done; 1 the input has faults (or a leak); 2 it could not be done.
 */
#ifndef CAPSTONE_CAPSTONE_H
#define CAPSTONE_CAPSTONE_H

int command_simulate(int argc, char **argv);
int command_train(int argc, char **argv);
int command_evaluate(int argc, char **argv);
int command_infer(int argc, char **argv);
int command_serve(int argc, char **argv);
int command_deploy(int argc, char **argv);
int command_rollback(int argc, char **argv);
int command_break(int argc, char **argv);
int command_benchmark(int argc, char **argv);
int command_all(int argc, char **argv);
#endif
