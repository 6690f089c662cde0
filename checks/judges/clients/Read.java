import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.ClaimsApi;
import org.openapitools.client.model.Claim;
import org.openapitools.client.model.ClaimList;

/** Reads every claim through the client that openapi-generator made for Java. */
public final class Read {
    public static void main(String[] arguments) throws Exception {
        String server = arguments[0];
        ApiClient client = new ApiClient();
        client.updateBaseUri(server);
        ClaimsApi claims = new ClaimsApi(client);
        ObjectMapper mapper = ApiClient.createDefaultObjectMapper();
        int same = 0;
        int total = 0;
        String cursor = null;
        do {
            ClaimList page = claims.listClaims(ClaimsApi.APIListClaimsRequest.newBuilder().limit(50).cursor(cursor).build());
            total = page.getTotal();
            for (Claim each : page.getItems()) {
                Claim claim = claims.getClaim(ClaimsApi.APIGetClaimRequest.newBuilder().claimId(each.getId()).build());
                JsonNode written = mapper.readTree(mapper.writeValueAsString(claim));
                if (!claim.getAttribution().isEmpty() && written.equals(Read::compare, plain(server + "/claims/" + each.getId()))) {
                    same++;
                } else {
                    System.out.println(each.getId() + " is different");
                }
            }
            cursor = page.getNext() == null ? null : URI.create(page.getNext()).getQuery().replaceAll("(.*&)?cursor=([^&]*).*", "$2");
        } while (cursor != null);
        int refused = 0;
        try {
            claims.listClaims(ClaimsApi.APIListClaimsRequest.newBuilder().limit(0).build());
        } catch (ApiException error) {
            refused = error.getCode();
        }
        System.out.printf("%d of %d claims%n", same, total);
        System.exit(same == total && refused == 400 ? 0 : 1);
    }

    private static int compare(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) {
            return Double.compare(one.doubleValue(), other.doubleValue());
        }
        return one.equals(other) ? 0 : 1;
    }

    private static JsonNode plain(String address) throws Exception {
        HttpRequest asked = HttpRequest.newBuilder(URI.create(address)).build();
        return new ObjectMapper().readTree(HttpClient.newHttpClient().send(asked, HttpResponse.BodyHandlers.ofString()).body());
    }
}
