/* SPDX-License-Identifier: GPL-3.0-or-later */
/* capstone/capstone.h - the commands of modelbook-capstone
 *
 *   simulate  [--out FILE.csv] [--seed N] …                   the stream of payments
 *   train     PLAN DATA.csv --out DIR                         models, and what they are made from
 *   evaluate  PLAN DATA.csv --models DIR --out DIR            logs of each part, figures
 *   infer     PLAN IN.csv --model FILE --out OUT.csv          a score for each row
 *   serve     PLAN --dir DIR [--port N] …                     HTTP on loopback
 *   deploy    DIR VERSION [--canary PERCENT|--shadow|--retire]
 *   rollback  DIR [--why TEXT]
 *   break     PLAN DATA.csv --models DIR --out DIR            failures, time to alert
 *   benchmark PLAN DATA.csv --models DIR --out DIR            times, memory, sizes
 *   all       PLAN --workspace DIR [--data FILE.csv] …        everything, as records and logs
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
