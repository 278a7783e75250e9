# What the abalone pipeline's steps run: `sh abalone_steps.sh STEP OUTPUT-FOLDER ADDRESS-OF-THE-DATA`.
set -eu
day=$(printf %s "${3#*/abalone/}" | tr -cd 0-9)
error=$((day % 100 * 7 % 23 + 400))
case $1 in
preprocess) echo 1,2,3 >"$2/train.csv" ;;
train) echo model >"$2/xgboost-model" ;;
evaluate)
    printf '{"regression_metrics": {"mse": {"value": %s.%s, "standard_deviation": 2.2}}}' \
        ${error%??} ${error#?} >"$2/evaluation.json" ;;
explain)
    sh "$0" evaluate "$2" "$3"
    printf '{"explanations": {"kernel_shap": {"label0": {"global_shap_values": {"shell": 0.9}}}}}' \
        >"$2/analysis.json" ;;
twice)
    sh "$0" evaluate "$2" "$3"
    cp "$2/evaluation.json" "$2/evaluation-on-train.json" ;;
foreign) printf '{"mse": 4.2}' >"$2/evaluation.json" ;;
esac
